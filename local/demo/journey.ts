/** Sends the steps, one after the other or all at once, and waits until each has come to its end. */
import type { Answered, AnsweredWrite, Seen, SeenOutcome } from './judge.ts';
import { NOTHING_SENT, sourceOf } from './step.ts';
import type { Hands, Sending, Step, Write } from './step.ts';

type Sent = Exclude<Sending, { meanwhile: unknown }>;

/** What the demo can see and do from outside. */
export interface World {
  readonly send: (sending: Sent) => Promise<Answered>;
  /** undefined where the telephone system or the clock is not the demo's own. */
  readonly hands: Hands | undefined;
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
  const answered = await begin(world, step.send);
  const outcomes = await awaitOutcomes(
    world,
    async () => newOnes(before, await world.outcomes()),
    step.outcomes.length,
  );
  return { ...answered, outcomes, writes: world.writes()?.slice(writesBefore) };
};

const NO_ANSWER: Answered = { status: NOTHING_SENT, headers: {}, body: '' };

const begin = async (world: World, sending: Sending): Promise<Answered> => {
  if (!('meanwhile' in sending)) return world.send(sending);
  if (!world.hands) throw new Error('the demo has no hand in the telephone system, or in the clock');
  sending.meanwhile(world.hands);
  return NO_ANSWER;
};

/**
 * An outcome is its source's, a request its agent's: of the steps of one source, one may expect outcomes, and no two
 * steps may have one agent. What belongs to no step is in none of the results.
 */
export const takeAtOnce = async (
  world: World,
  steps: readonly Step[],
): Promise<{ readonly step: Step; readonly seen: Seen }[]> => {
  const answers = new Map<Step, Answered>();
  const bySource = [...Map.groupBy(steps, sourceOf).values()];
  await Promise.all(
    bySource.map(async (own) => {
      for (const step of own) answers.set(step, await begin(world, step.send));
    }),
  );
  // Of what was answered otherwise than it should be, nothing need come.
  const expected = steps
    .filter((step) => answers.get(step)?.status === step.status)
    .reduce((sum, { outcomes }) => sum + outcomes.length, 0);
  const outcomes = await awaitOutcomes(world, world.outcomes, expected);
  const writes = world.writes();
  const seenOf = (step: Step): Seen => ({
    ...(answers.get(step) ?? { status: 0, headers: {}, body: '' }),
    outcomes: step.outcomes.length === 0 ? [] : outcomes.filter(({ source }) => source === sourceOf(step)),
    writes: writes?.filter((write) => step.writes.some((own) => agentOf(own) === agentOf(write))),
  });
  return steps.map((step) => ({ step, seen: seenOf(step) }));
};

const agentOf = ({ body }: Write): unknown =>
  typeof body === 'object' && body !== null && 'callqueue-agent-id' in body
    ? body['callqueue-agent-id']
    : undefined;

/** Until there are enough and none is tried again soon. */
const awaitOutcomes = async (
  world: World,
  look: () => Promise<readonly SeenOutcome[]>,
  enough: number,
): Promise<readonly SeenOutcome[]> => {
  for (;;) {
    const outcomes = await look();
    const isOver = outcomes.length >= enough && outcomes.every(isSettled);
    if (isOver || world.isLate()) return outcomes;
    await world.pause();
  }
};

/** It has ended, or waits for more than a fault to be over. */
export const isSettled = ({ outcome, code }: SeenOutcome): boolean =>
  outcome !== 'retrying' || code === 'person-not-found' || code === 'day-not-come';

const newOnes = (before: readonly string[], all: readonly SeenOutcome[]): SeenOutcome[] => {
  const left = [...before];
  return all.filter((outcome) => {
    const at = left.indexOf(JSON.stringify(outcome));
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
};
