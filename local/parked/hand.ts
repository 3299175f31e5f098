/**
 * Reading a queue without disturbing it. SQS shows nothing that it does not hand out, so everything is taken in hand
 * and in the end handed back: after an error and after Ctrl-C too.
 */
import type { ParkedMessage } from './message.ts';
import { HIDDEN_SECONDS } from './queue.ts';
import type { ParkedQueue } from './queue.ts';
import type { Terminal } from './terminal.ts';

/** It could not be done, for a reason that is the operator's to know. */
export class ParkedError extends Error {
  override readonly name = 'ParkedError';
}

/** How far a look goes. */
export interface Limits {
  readonly messages: number;
  readonly milliseconds: number;
}

/** What is seen keeps some hundred bytes of memory; and the look must end before the first messages show again. */
export const LIMITS: Limits = { messages: 5_000, milliseconds: (HIDDEN_SECONDS - 30) * 1_000 };

export interface Hand {
  receive(): Promise<ParkedMessage[]>;
  remove(message: ParkedMessage): Promise<void>;
  /** @param seen how many, of what is there still @returns about how many more there are */
  unseen(seen: number): Promise<number>;
}

/** Whatever `use` took and did not remove is handed back. */
export const withHand = async <T>(
  queue: ParkedQueue,
  { note }: Pick<Terminal, 'note'>,
  use: (hand: Hand) => Promise<T>,
): Promise<T> => {
  /** From id to receipt handle: a message that showed again is in hand by its last handle alone. */
  const held = new Map<string, string>();
  try {
    return await use({
      receive: async () => {
        const messages = await queue.receive();
        for (const { summary, receiptHandle } of messages) held.set(summary.id, receiptHandle);
        return messages;
      },
      remove: async (message) => {
        await queue.remove(message);
        held.delete(message.summary.id);
      },
      unseen: async (seen) => Math.max(0, (await queue.count()) - seen),
    });
  } finally {
    const failures = await queue.handBack([...held.values()]);
    if (failures > 0)
      note(`${failures} could not be handed back: they show again within ${HIDDEN_SECONDS} seconds.`);
  }
};

/** @throws ParkedError once the operator has pressed Ctrl-C */
export const goOn = (signal: AbortSignal): void => {
  if (signal.aborted) throw new ParkedError('interrupted');
};

export interface Look {
  readonly signal: AbortSignal;
  readonly limits: Limits;
}

/**
 * Shows `visit` every message once, until there are no more, or `visit` says that it has seen enough.
 *
 * @returns how many were seen, and about how many were not
 */
export const lookThrough = async (
  hand: Hand,
  { signal, limits }: Look,
  visit: (message: ParkedMessage) => boolean,
): Promise<{ readonly seen: number; readonly unseen: number }> => {
  const ids = new Set<string>();
  const end = performance.now() + limits.milliseconds;
  while (ids.size < limits.messages && performance.now() < end) {
    const messages = await hand.receive();
    goOn(signal);
    if (messages.length === 0) break;
    for (const message of messages) {
      const { id } = message.summary;
      if (ids.has(id)) continue;
      ids.add(id);
      if (visit(message)) return { seen: ids.size, unseen: 0 };
    }
  }
  return { seen: ids.size, unseen: await hand.unseen(ids.size) };
};

/** Why there may be more than one gets to see. */
export const outOfSight = (unseen: number, { limits }: Pick<Look, 'limits'>): string =>
  `About ${unseen} more are parked, out of sight: at most ten about one subject show at a time, none that another ` +
  `reader holds, and ${limits.messages} in all. They show when those before them are gone.`;
