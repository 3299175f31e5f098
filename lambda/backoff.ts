/** When to try again. The queue is the only owner of retries: it hides the message for as long as this says. Pure. */
import { RETENTION_DAYS } from './names.ts';

const HOUR = 60 * 60;
const DAY = 24 * HOUR;

/**
 * A write at NetSapiens may show only after replication: for so long after it nobody looks for it again, and nobody else
 * adds the agent.
 */
export const SETTLING_SECONDS = 30;

/** SQS hides a message for 12 hours at the most, counted from its receipt; some of that is gone by now. */
export const LONGEST_DELAY_SECONDS = 11.5 * HOUR;

/** Seconds until then, or as many of them as a message can be hidden for. Both in milliseconds since 1970. */
export const secondsUntil = (at: number, now: number): number =>
  Math.max(0, Math.min(Math.ceil((at - now) / 1000), LONGEST_DELAY_SECONDS));

/** The schedule of a fault: the bound of the delay doubles from `first` to `longest`, until `patience` is over. Seconds. */
const SCHEDULES = {
  /** The telephone system is out of sorts. */
  transient: { first: 30, longest: 4 * HOUR, patience: DAY },
  /**
   * Our own credential or ledger is at fault, and no event is: all wait for as long as the queue keeps them, less a
   * day in which to park what is left, and look often enough to flow again soon after it is mended.
   */
  own: { first: 60, longest: HOUR, patience: (RETENTION_DAYS - 1) * DAY },
  /** The person or the queue is not there yet. Nobody is at fault, and no haste: looking means reading all users. */
  absent: { first: 5 * 60, longest: 2 * HOUR, patience: 7 * DAY },
} as const;

export type Fault = keyof typeof SCHEDULES;

/**
 * Exponential, with full jitter: callers that failed together do not come back together.
 *
 * @param attempts how many there were, this one included; at least 1
 * @param ageSeconds how long this fault has lasted for this event
 * @param patience seconds, in place of the fault's own; of `absent`: what the rule's `waitFor` says
 * @param notBefore seconds: what the answer asked for (`Retry-After`), honoured within what SQS can hide
 * @param random 0 <= n < 1
 * @returns seconds to wait, or undefined when patience is over
 */
export const nextDelay = (
  fault: Fault,
  {
    attempts,
    ageSeconds,
    notBefore,
    random,
    patience: given,
  }: {
    readonly attempts: number;
    readonly ageSeconds: number;
    readonly patience?: number | undefined;
    readonly notBefore: number;
    readonly random: number;
  },
): number | undefined => {
  const { first, longest, patience } = SCHEDULES[fault];
  if (ageSeconds >= (given ?? patience)) return undefined;
  const bound = Math.min(longest, first * 2 ** Math.min(attempts - 1, 20));
  const jittered = 1 + Math.floor(random * bound);
  return Math.min(Math.max(jittered, Math.ceil(notBefore)), LONGEST_DELAY_SECONDS);
};
