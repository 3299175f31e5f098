/**
 * The telephone side: takes events off the queue, asks the rules, puts agents on call queues.
 *
 * It knows the rules and NetSapiens; it knows no sender. It alone can read the bearer token.
 */
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { createLedger } from './aws/ledger.ts';
import type { Ledger } from './aws/ledger.ts';
import { createLog, errorName } from './aws/log.ts';
import type { Log } from './aws/log.ts';
import { createDeliveryQueue } from './aws/queue.ts';
import type { DeliveryQueue } from './aws/queue.ts';
import { createSecret } from './aws/secrets.ts';
import { LedgerUnavailable } from './aws/table.ts';
import { nextDelay } from './backoff.ts';
import type { Configuration } from './configuration.ts';
import { eventRef, queuedEventSchema } from './event.ts';
import type { QueuedEvent } from './event.ts';
import { createMembers, joinOnce } from './join.ts';
import type { Members, Step } from './join.ts';
import type { EnvironmentOf } from './names.ts';
import { createNetSapiens } from './netsapiens/client.ts';
import type { NetSapiens } from './netsapiens/client.ts';
import { createSend, TIMEOUT_MS } from './netsapiens/http.ts';
import type { Outcome } from './outcome.ts';
import { createRules } from './rules/rule.ts';
import type { ReadRules } from './rules/rule.ts';
import type { Surroundings } from './surroundings.ts';

export interface DeliverParts {
  readonly rules: ReadRules;
  readonly netsapiens: NetSapiens;
  readonly ledger: Ledger;
  readonly queue: DeliveryQueue;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
}

export type Deliver = (
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<SQSBatchResponse>;

export const wireDeliver = (
  env: EnvironmentOf<'deliver'>,
  configuration: Pick<Configuration, 'netsapiens' | 'rules'>,
  { aws, now, random, write }: Surroundings<'sqs' | 'dynamodb' | 'secrets'>,
): Deliver =>
  createDeliver({
    rules: createRules(configuration),
    netsapiens: createNetSapiens({
      origin: env.NETSAPIENS_ORIGIN,
      domain: configuration.netsapiens.domain,
      token: createSecret(env.TOKEN_SECRET_ARN, now, aws.secrets),
      send: createSend(),
      now,
    }),
    ledger: createLedger(env.LEDGER_TABLE, now, aws.dynamodb),
    queue: createDeliveryQueue({ queue: env.QUEUE_URL, deadLetterQueue: env.DEAD_LETTER_QUEUE_URL }, aws.sqs),
    log: createLog(write, now),
    now,
    random,
  });

/** A join is at the most a read, a write and a read again; with less time left than that, none is begun. */
const TIME_FOR_A_JOIN_MS = 3 * TIMEOUT_MS + 5_000;

/** The function will be stopped before another join is through. Nothing was begun. */
class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

export const createDeliver =
  (parts: DeliverParts): Deliver =>
  async ({ Records: records }, context) => {
    const batch: Batch = { ...parts, members: createMembers(parts.netsapiens), context };
    const held = await Promise.all(groupsOf(records).map((group) => deliverInOrder(batch, group)));
    return { batchItemFailures: held.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };

interface Batch extends DeliverParts {
  readonly members: Members;
  readonly context: Pick<Context, 'getRemainingTimeInMillis'>;
}

/** The records of one FIFO group each, in the order of the queue. */
const groupsOf = (records: readonly SQSRecord[]): SQSRecord[][] => {
  const groups = new Map<string, SQSRecord[]>();
  for (const record of records) {
    const group = groupOf(record);
    groups.set(group, [...(groups.get(group) ?? []), record]);
  }
  return [...groups.values()];
};

const groupOf = (record: SQSRecord): string => record.attributes.MessageGroupId ?? record.messageId;

/** @returns the records that go back on the queue: the first that has not ended, and all of its group behind it */
const deliverInOrder = async (batch: Batch, records: readonly SQSRecord[]): Promise<readonly SQSRecord[]> => {
  for (const [index, record] of records.entries()) {
    const delay = await deliverOne(batch, record);
    if (delay === undefined) continue;
    batch.log('info', 'an event waits', { messageId: record.messageId, delaySeconds: delay });
    const held = records.slice(index);
    // The first keeps the group locked while it is hidden; those behind it must not keep it locked any longer.
    for (const [behind, { messageId, receiptHandle, body }] of held.entries()) {
      await batch.queue
        .postpone({ messageId, receiptHandle, body, group: groupOf(record) }, behind === 0 ? delay : 0)
        // Then it comes back when the queue's own visibility timeout is over.
        .catch((error: unknown) =>
          batch.log('warn', 'a message was not postponed', { messageId, error: errorName(error) }),
        );
    }
    return held;
  }
  return [];
};

/** @returns undefined when the event has ended, else the seconds after which to try again */
const deliverOne = async (batch: Batch, record: SQSRecord): Promise<number | undefined> => {
  const { log, now, random } = batch;
  const { messageId } = record;
  const attempts = Number(record.attributes.ApproximateReceiveCount);
  try {
    const event = eventOf(record.body);
    if (event) return await deliverEvent(batch, record, event);
    await parkUntold(batch, record, {
      outcome: 'parked',
      owner: 'event',
      code: 'message-unreadable',
      reason: 'the message is no CloudEvent of Onqueue',
    });
    return undefined;
  } catch (error) {
    if (error instanceof OutOfTime) return 0;
    log('error', 'an attempt broke off', { messageId, attempts, error: errorName(error) });
    const age = { attempts, ageSeconds: ageSeconds(record, now()), notBefore: 0, random: random() };
    return nextDelay('own', age) ?? (await parkBroken(batch, record, error));
  }
};

const deliverEvent = async (
  batch: Batch,
  record: SQSRecord,
  event: QueuedEvent,
): Promise<number | undefined> => {
  const { rules, now, random, context } = batch;
  const { messageId } = record;
  const { requests, obstacles, declined } = await rules(event);

  const steps: Step[] = [];
  for (const request of requests) {
    if (context.getRemainingTimeInMillis() < TIME_FOR_A_JOIN_MS) {
      if (!steps.some(({ again }) => again)) throw new OutOfTime();
      break; // The event waits for those anyway; the rest has its turn then.
    }
    steps.push(await joinOnce(batch, event, request, messageId, now() + context.getRemainingTimeInMillis()));
  }

  const delays = steps.map(({ again }) => {
    if (!again) return undefined;
    const { fault, attempts: tries, notBefore, since } = again;
    const ageOfFault = since === undefined ? ageSeconds(record, now()) : (now() - since) / 1000;
    return nextDelay(fault, { attempts: tries, ageSeconds: ageOfFault, notBefore, random: random() });
  });
  const waits = delays.filter((delay) => delay !== undefined);
  const outcomes = steps.map(({ outcome }, index): Outcome =>
    // Patience is over: what was to be tried again is parked.
    outcome.outcome === 'retrying' && delays[index] === undefined
      ? { ...outcome, outcome: 'parked' }
      : outcome,
  );
  if (waits.length > 0) {
    // Until nothing is retried any more nothing is parked, and nothing says so: a delivery is parked once, and whole.
    await conclude(
      batch,
      record,
      event,
      outcomes.filter(({ outcome }) => outcome !== 'parked'),
    );
    return Math.max(...waits);
  }
  outcomes.push(...obstacles.map((obstacle): Outcome => ({ outcome: 'parked', ...obstacle })));
  if (requests.length === 0 && obstacles.length === 0) outcomes.push(unwanted(event, declined));
  const parked = outcomes.filter((outcome) => outcome.outcome === 'parked');
  if (parked.length > 0) await park(batch, record, parked);
  await conclude(batch, record, event, outcomes);
  return undefined;
};

/** In the journal first, then in the log: what a log tells of is in the journal. */
const conclude = async (
  { ledger, log }: Batch,
  record: SQSRecord,
  event: QueuedEvent,
  outcomes: readonly Outcome[],
): Promise<void> => {
  const { messageId } = record;
  const attempts = Number(record.attributes.ApproximateReceiveCount);
  await ledger.record(messageId, event, attempts, outcomes);
  report(log, event, messageId, attempts, outcomes);
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

const eventOf = (body: string): QueuedEvent | undefined => {
  try {
    // Of an object where a text is due zod asks the length too, and that can throw.
    return queuedEventSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
};

const ageSeconds = (record: SQSRecord, now: number): number =>
  Math.max(0, (now - Number(record.attributes.SentTimestamp)) / 1000);

type ParkedOutcome = Extract<Outcome, { outcome: 'parked' }>;

const park = async (
  { queue, now }: Batch,
  record: SQSRecord,
  outcomes: readonly ParkedOutcome[],
): Promise<void> => {
  const [first] = outcomes;
  if (!first) return;
  const { messageId, receiptHandle, body, attributes } = record;
  await queue.park(
    { messageId, receiptHandle, body, group: groupOf(record) },
    {
      reason: outcomes.map(({ reason }) => reason).join('; '),
      code: first.code,
      owner: first.owner,
      attempts: Number(attributes.ApproximateReceiveCount),
      firstReceivedAt: new Date(Number(attributes.SentTimestamp)).toISOString(),
      parkedAt: new Date(now()).toISOString(),
    },
  );
};

/** What is waited for before the next try to park what cannot even be parked. */
const PARK_AGAIN_SECONDS = 15 * 60;

/** An event whose attempts broke off for as long as patience lasts is parked, even if the ledger cannot be told. */
const parkBroken = async (batch: Batch, record: SQSRecord, error: unknown): Promise<number | undefined> => {
  const { messageId } = record;
  const outcome: ParkedOutcome =
    error instanceof LedgerUnavailable
      ? {
          outcome: 'parked',
          owner: 'configuration',
          code: 'ledger-unavailable',
          reason: 'the ledger could not be used',
        }
      : {
          outcome: 'parked',
          owner: 'configuration',
          code: 'internal-error',
          reason: 'every attempt broke off',
        };
  try {
    await parkUntold(batch, record, outcome);
    return undefined;
  } catch (cause) {
    batch.log('error', 'a message was not parked', { messageId, error: errorName(cause) });
    return PARK_AGAIN_SECONDS;
  }
};

/** Parks what the journal cannot hold, or cannot be told of: then the log alone counts it. */
const parkUntold = async (batch: Batch, record: SQSRecord, outcome: ParkedOutcome): Promise<void> => {
  await park(batch, record, [outcome]);
  const { messageId } = record;
  const { code, owner } = outcome;
  batch.log.count('outcomes', 'outcome', { messageId, outcome: 'parked', code, owner }, 'outcome');
};

const report = (
  log: Log,
  event: QueuedEvent,
  messageId: string,
  attempts: number,
  outcomes: readonly Outcome[],
): void => {
  for (const outcome of outcomes) {
    const fields = {
      messageId,
      source: event.source,
      ref: eventRef(event),
      attempts,
      outcome: outcome.outcome,
      code: outcome.code,
      ...('rule' in outcome && { rule: outcome.rule }),
      ...('owner' in outcome && { owner: outcome.owner }),
    };
    if (outcome.outcome !== 'retrying') log.count('outcomes', 'outcome', fields, 'outcome');
    else if (outcome.code === 'credential-refused' || outcome.code === 'credential-unavailable')
      log.count('credentialRefused', 'the bearer token cannot be used: events wait', fields);
    else log('warn', 'outcome', fields);
  }
};
