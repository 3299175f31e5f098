/** Sends the steps one after the other, each when the one before has come to its end. */
import type { AnsweredWrite, Seen, SeenOutcome } from './judge.ts';
import type { Sending, Step } from './step.ts';

/** What the demo can see and do from outside. */
export interface World {
  /** @returns the HTTP status that the sender is answered */
  readonly send: (sending: Sending) => Promise<number>;
  /** All outcomes so far. */
  readonly outcomes: () => Promise<readonly SeenOutcome[]>;
  /** The requests so far that change something at NetSapiens; undefined where it is not ours to look into. */
  readonly writes: () => readonly AnsweredWrite[] | undefined;
  /** Waits a little before the next look. */
  readonly pause: () => Promise<void>;
  /** Whether the time for the whole demo is over. */
  readonly isLate: () => boolean;
}

/**
 * Outcomes that are new since the step began are the step's. So a stray one is seen too, at the latest in the step
 * behind, which did not expect it.
 */
export const takeStep = async (world: World, step: Step): Promise<Seen> => {
  const before = (await world.outcomes()).map((outcome) => JSON.stringify(outcome));
  const writesBefore = world.writes()?.length;
  const status = await world.send(step.send);
  for (;;) {
    const outcomes = newOnes(before, await world.outcomes());
    const isOver =
      outcomes.length >= step.outcomes.length && outcomes.every(({ outcome }) => outcome !== 'retrying');
    if (isOver || world.isLate()) return { status, outcomes, writes: world.writes()?.slice(writesBefore) };
    await world.pause();
  }
};

const newOnes = (before: readonly string[], all: readonly SeenOutcome[]): SeenOutcome[] => {
  const left = [...before];
  return all.filter((outcome) => {
    const at = left.indexOf(JSON.stringify(outcome));
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
};
