/** One delivery of an event: what its rules ask for, one after the other, until each has ended or has to wait. */
import type { Past } from './aws/journal.ts';
import type { Ledger } from './aws/ledger.ts';
import type { Log } from './aws/log.ts';
import type { DeliveryQueue } from './aws/queue.ts';
import { attempt, OutOfTime } from './attempt.ts';
import type { AttemptParts } from './attempt.ts';
import { nextDelay, secondsUntil } from './backoff.ts';
import { eventRef } from './event.ts';
import type { QueuedEvent } from './event.ts';
import type { Again, Step } from './join.ts';
import type { Message } from './message.ts';
import { RETENTION_DAYS } from './names.ts';
import type { Outcome } from './outcome.ts';
import type { Request } from './rules/request.ts';
import type { ReadRules } from './rules/rule.ts';

export interface DeliveryParts extends AttemptParts {
  readonly rules: ReadRules;
  readonly ledger: Ledger;
  readonly queue: DeliveryQueue;
  readonly log: Log;
  readonly random: () => number;
}

/** A hiccup is over within minutes; and of the day that an event is tried for, most is left. */
const OVERDUE_MS = 60 * 60 * 1000;

/**
 * SQS's own age of the oldest message may leave out what has been received several times.
 *
 * @param troubledSince milliseconds since 1970; left out: the fault is our own, and the event has met it since it came
 */
export const countOverdue = (
  { log, now }: Pick<DeliveryParts, 'log' | 'now'>,
  { delivery, attempts, waiting, sentAt }: Message,
  troubledSince?: number,
): void => {
  // What has waited for a person or a day is old, and nobody's fault.
  const since = troubledSince ?? (waiting ? now() : sentAt);
  if (now() - since >= OVERDUE_MS)
    log.count('overdue', 'an event has been tried again for over an hour', { messageId: delivery, attempts });
};

const NO_PAST: Past = { ended: [], open: false, tries: 0, troubledSince: 0 };

/** SQS forgets a message after RETENTION_DAYS: one that waits is sent anew in good time. */
const RENEWAL_MS = (RETENTION_DAYS / 2) * 24 * 60 * 60 * 1000;

/** @returns undefined when the message has done its work, else the seconds after which to try again */
export const deliverEvent = async (
  parts: DeliveryParts,
  message: Message,
  event: QueuedEvent,
): Promise<number | undefined> => {
  const { rules, ledger, queue, log, now } = parts;
  const { delivery, attempts, waiting, firstReceivedAt } = message;
  const past = attempts === 1 && !waiting ? NO_PAST : await ledger.recall(delivery, event);
  const reading = await rules(event);
  for (const rule of reading.cancels) await ledger.withdraw(rule, event);

  const requests = reading.requests.filter(isOpen(past));
  const obstacles = reading.obstacles.filter(isOpen(past));
  const steps = await attemptEach(parts, message, event, requests);

  const faults = steps.flatMap(({ again }) => (again && isFault(again) ? [again.fault] : []));
  // A fault of our own costs an event nothing of its patience for NetSapiens.
  const troubled = faults.includes('transient') && !faults.includes('own');
  const troubledSince = troubled ? past.troubledSince || now() : 0;
  const tries = faults.length > 0 ? past.tries + 1 : 0;
  const results = steps.map((step) => resultOf(step, { ...parts, message, tries, troubledSince }));
  const outcomes = results.map(({ outcome }) => outcome);
  const conclude = async (concluded: readonly Outcome[]): Promise<void> => {
    // In the journal first, then in the log: what a log tells of is in the journal.
    await ledger.record(delivery, event, {
      attempts,
      outcomes: concluded,
      before: past.ended,
      tries,
      troubledSince,
    });
    report(log, event, message, concluded);
  };

  const retries = results.flatMap(({ again, delay }) =>
    again && isFault(again) && delay !== undefined ? [delay] : [],
  );
  if (retries.length > 0) {
    // Until no fault is retried any more nothing is parked, and nothing says so: what is parked, is parked together.
    await conclude(outcomes.filter(({ outcome }) => outcome !== 'parked'));
    countOverdue(parts, message, troubled ? troubledSince : undefined);
    return Math.max(...retries);
  }

  outcomes.push(...obstacles.map((obstacle): Outcome => ({ outcome: 'parked', ...obstacle })));
  const nothingAsked = reading.requests.length === 0 && reading.obstacles.length === 0;
  if (nothingAsked && (past.open || past.ended.length === 0))
    outcomes.push(unwanted(event, reading.declined));
  const parked = outcomes.filter((outcome) => outcome.outcome === 'parked');
  await park(parts, message, parked);

  const waits = results.flatMap(({ delay }) => (delay === undefined ? [] : [delay]));
  if (waits.length === 0) {
    await conclude(outcomes);
    return undefined;
  }
  const delay = Math.min(...waits);
  const stays = waiting && now() - message.sentAt < RENEWAL_MS;
  if (!stays)
    await queue.wait(message, {
      delivery,
      firstReceivedAt: new Date(firstReceivedAt).toISOString(),
      notBefore: new Date(now() + delay * 1000).toISOString(),
    });
  await conclude(outcomes);
  return stays ? delay : undefined;
};

/** What an earlier attempt has ended is not begun again. */
const isOpen =
  ({ ended }: Past) =>
  ({ rule, queue }: { readonly rule: string; readonly queue?: string }): boolean =>
    !ended.some((past) => past.rule === rule && past.queue === queue);

interface Tried extends Step {
  readonly request: Request;
}

const attemptEach = async (
  parts: DeliveryParts,
  message: Message,
  event: QueuedEvent,
  requests: readonly Request[],
): Promise<Tried[]> => {
  const steps: Tried[] = [];
  for (const request of requests)
    try {
      steps.push({ ...(await attempt(parts, event, request, message)), request });
    } catch (error) {
      // The event comes again soon for a fault anyway; the rest has its turn then.
      if (error instanceof OutOfTime && steps.some(({ again }) => again && isFault(again))) break;
      throw error;
    }
  return steps;
};

type Fault = Extract<Again, { readonly notBefore: number }>;
const isFault = (again: Again): again is Fault => 'notBefore' in again;

interface Circumstances extends Pick<DeliveryParts, 'now' | 'random'> {
  readonly message: Message;
  readonly tries: number;
  readonly troubledSince: number;
}

/** When to try again; where patience is over, what was to be tried again is parked. */
const resultOf = (
  { outcome, again, request }: Tried,
  circumstances: Circumstances,
): { readonly outcome: Outcome; readonly again?: Again; readonly delay?: number } => {
  if (!again || outcome.outcome !== 'retrying') return { outcome };
  const delay = delayOf(again, request, circumstances);
  return delay === undefined ? { outcome: { ...outcome, outcome: 'parked' } } : { outcome, again, delay };
};

const delayOf = (
  again: Again,
  { on, waitFor }: Request,
  { now, random, message, tries, troubledSince }: Circumstances,
): number | undefined => {
  const { waiting, attempts, firstReceivedAt, sentAt } = message;
  const secondsSince = (time: number): number => Math.max(0, (now() - time) / 1000);
  switch (again.fault) {
    case 'none':
      return secondsUntil(again.at, now());
    case 'absent':
      return nextDelay('absent', {
        attempts: waiting ? attempts : 1,
        ageSeconds: secondsSince(Math.max(firstReceivedAt, on?.at ?? 0)),
        patience: waitFor,
        notBefore: 0,
        random: random(),
      });
    case 'own':
    case 'transient':
      return nextDelay(again.fault, {
        attempts: tries,
        // A fault of our own lasts no longer than the queue keeps the message.
        ageSeconds: secondsSince(again.fault === 'own' ? sentAt : troubledSince || now()),
        notBefore: again.notBefore,
        random: random(),
      });
  }
};

/** No rule wants it. That is an end, unless nobody could know what it was: then a person has to look. */
const unwanted = ({ source, data }: QueuedEvent, declined: readonly string[]): Outcome =>
  data.unrecognized === undefined
    ? { outcome: 'ignored', code: 'no-rule-wants-it', reason: declined.join('; ') }
    : {
        outcome: 'parked',
        owner: 'event',
        code: 'payload-unrecognized',
        reason: `${source} sent what does not fit: ${data.unrecognized}; and ${declined.join('; ')}`,
      };

export type ParkedOutcome = Extract<Outcome, { outcome: 'parked' }>;

/** Longer than the function lives, and less than the five minutes for which SQS knows a message for the same. */
const PARKING_SECONDS = 130;

/** Puts the message as it is beside its reasons, for a person to look at; without a reason, nothing. */
export const park = async (
  { queue, now }: Pick<DeliveryParts, 'queue' | 'now'>,
  message: Message,
  outcomes: readonly ParkedOutcome[],
): Promise<void> => {
  const [first] = outcomes;
  if (!first) return;
  // Should the function die now, the message comes again while SQS still knows what was parked.
  await queue.postpone(message, PARKING_SECONDS).catch(() => undefined);
  await queue.park(
    message,
    {
      reason: outcomes.map(({ reason }) => reason).join('; '),
      code: first.code,
      owner: first.owner,
      attempts: message.attempts,
      firstReceivedAt: new Date(message.firstReceivedAt).toISOString(),
      parkedAt: new Date(now()).toISOString(),
    },
    JSON.stringify(outcomes.map(({ rule, queue: of }) => [rule, of])),
  );
};

const report = (
  log: Log,
  event: QueuedEvent,
  { delivery, attempts }: Message,
  outcomes: readonly Outcome[],
): void => {
  const ref = eventRef(event);
  for (const outcome of outcomes) {
    const { code } = outcome;
    const fields = {
      messageId: delivery,
      source: event.source,
      ref,
      attempts,
      outcome: outcome.outcome,
      code,
      ...(outcome.rule !== undefined && { rule: outcome.rule }),
      ...('owner' in outcome && { owner: outcome.owner }),
    };
    if (outcome.outcome !== 'retrying') log.count('outcomes', 'outcome', fields, 'outcome');
    else if (code === 'credential-refused' || code === 'credential-unavailable')
      log.count('credentialRefused', 'the bearer token cannot be used: events wait', fields);
    else log(outcome.owner === 'event' ? 'info' : 'warn', 'outcome', fields);
  }
};
