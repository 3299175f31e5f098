/**
 * The telephone side: takes events off the queue, asks the rules, puts agents on call queues.
 *
 * It knows the rules and NetSapiens; it knows no sender. It alone can read the bearer token.
 */
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { OutOfTime } from './attempt.ts';
import { createLedger } from './aws/ledger.ts';
import { createLog, errorName } from './aws/log.ts';
import { createDeliveryQueue } from './aws/queue.ts';
import { createSecret } from './aws/secrets.ts';
import { LedgerUnavailable } from './aws/table.ts';
import { nextDelay, secondsUntil, SETTLING_SECONDS } from './backoff.ts';
import type { Configuration } from './configuration.ts';
import { countOverdue, deliverEvent, park } from './delivery.ts';
import type { DeliveryParts, ParkedOutcome } from './delivery.ts';
import { createMembers } from './join.ts';
import { groupOf, messageOf } from './message.ts';
import type { Message } from './message.ts';
import { DELIVER_CONTAINERS } from './names.ts';
import type { EnvironmentOf } from './names.ts';
import { createCallqueues } from './netsapiens/callqueues.ts';
import { createNetSapiens } from './netsapiens/client.ts';
import { createDirectory } from './netsapiens/directory.ts';
import { createSend } from './http.ts';
import { createPace } from './netsapiens/pace.ts';
import { createRules } from './rules/rule.ts';
import type { RulesConfiguration } from './rules/rule.ts';
import type { Surroundings } from './surroundings.ts';

/** What outlives a batch. */
export type DeliverParts = Omit<DeliveryParts, 'members' | 'remaining'>;

export type Deliver = (
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<SQSBatchResponse>;

export type DeliverConfiguration = RulesConfiguration &
  Partial<Pick<Configuration, 'debug'>> &
  Pick<Configuration, 'limits'>;

export const wireDeliver = (
  env: EnvironmentOf<'deliver'>,
  configuration: DeliverConfiguration,
  { aws, now, random, sleep, write }: Surroundings<'sqs' | 'dynamodb' | 'secrets'>,
): Deliver => {
  const {
    netsapiens: { domain },
    limits,
    debug = false,
  } = configuration;
  const netsapiens = createNetSapiens({
    origin: env.NETSAPIENS_ORIGIN,
    domain,
    token: createSecret(env.TOKEN_SECRET_ARN, now, aws.secrets),
    send: createSend(),
    now,
    debug,
    pace: createPace(
      {
        // Its share, as so many may be at work.
        parallel: Math.floor(limits.parallelCalls / DELIVER_CONTAINERS),
        perSecond: limits.callsPerSecond / DELIVER_CONTAINERS,
      },
      { now, sleep },
    ),
  });
  return createDeliver({
    rules: createRules(configuration),
    netsapiens,
    callqueues: createCallqueues({ netsapiens, now }),
    directory: createDirectory({ netsapiens, domain, now }),
    ledger: createLedger(env.LEDGER_TABLE, now, aws.dynamodb),
    queue: createDeliveryQueue(
      {
        queue: env.QUEUE_URL,
        waitingQueue: env.WAITING_QUEUE_URL,
        deadLetterQueue: env.DEAD_LETTER_QUEUE_URL,
      },
      aws.sqs,
    ),
    log: createLog(write, now),
    now,
    random,
  });
};

export const createDeliver =
  (parts: DeliverParts): Deliver =>
  async ({ Records: records }, context) => {
    const batch: Batch = {
      ...parts,
      members: createMembers(parts.netsapiens),
      remaining: () => context.getRemainingTimeInMillis(),
    };
    const held = await Promise.all(groupsOf(records).map((group) => deliverInOrder(batch, group)));
    return { batchItemFailures: held.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };

type Batch = DeliveryParts;

/** The records of one FIFO group each, in the order of the queue. */
const groupsOf = (records: readonly SQSRecord[]): SQSRecord[][] => {
  const groups = new Map<string, SQSRecord[]>();
  for (const record of records) {
    const group = groupOf(record);
    const before = groups.get(group);
    if (before) before.push(record);
    else groups.set(group, [record]);
  }
  return [...groups.values()];
};

/** @returns the messages that go back on the queue: the first that has not ended, and all of its group behind it */
const deliverInOrder = async (batch: Batch, records: readonly SQSRecord[]): Promise<readonly Message[]> => {
  for (const [index, record] of records.entries()) {
    const message = messageOf(record);
    const delay = await deliverOne(batch, message);
    if (delay === undefined) continue;
    batch.log('info', 'an event waits', { messageId: message.messageId, delaySeconds: delay });
    const held = [message, ...records.slice(index + 1).map(messageOf)];
    // The first keeps the group locked while it is hidden; those behind it must not keep it locked any longer.
    for (const [behind, waiter] of held.entries()) {
      await batch.queue
        .postpone(waiter, behind === 0 ? delay : 0)
        // Then it comes back when the queue's own visibility timeout is over.
        .catch((error: unknown) =>
          batch.log('warn', 'a message was not postponed', {
            messageId: waiter.messageId,
            error: errorName(error),
          }),
        );
    }
    return held;
  }
  return [];
};

/** @returns undefined when the message has done its work, else the seconds after which to try again */
const deliverOne = async (batch: Batch, message: Message): Promise<number | undefined> => {
  const { log, now, random } = batch;
  const { messageId, event, notBefore, attempts, sentAt } = message;
  if (notBefore > now()) return secondsUntil(notBefore, now());
  try {
    if (event) return await deliverEvent(batch, message, event);
    await parkUntold(batch, message, {
      outcome: 'parked',
      owner: 'event',
      code: 'message-unreadable',
      reason: 'the message is no CloudEvent of Onqueue',
    });
    return undefined;
  } catch (error) {
    if (error instanceof OutOfTime) return 0;
    log('error', 'an attempt broke off', { messageId, attempts, error: errorName(error) });
    countOverdue(batch, message);
    const ageSeconds = Math.max(0, (now() - sentAt) / 1000);
    return (
      nextDelay('own', { attempts, ageSeconds, notBefore: SETTLING_SECONDS, random: random() }) ??
      (await parkBroken(batch, message, error))
    );
  }
};

/** What is waited for before the next try to park what cannot even be parked. */
const PARK_AGAIN_SECONDS = 15 * 60;

/** An event whose attempts broke off for as long as patience lasts is parked, even if the ledger cannot be told. */
const parkBroken = async (batch: Batch, message: Message, error: unknown): Promise<number | undefined> => {
  const { messageId } = message;
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
    await parkUntold(batch, message, outcome);
    return undefined;
  } catch (cause) {
    batch.log('error', 'a message was not parked', { messageId, error: errorName(cause) });
    return PARK_AGAIN_SECONDS;
  }
};

/** Parks what the journal cannot hold, or cannot be told of: then the log alone counts it. */
const parkUntold = async (batch: Batch, message: Message, outcome: ParkedOutcome): Promise<void> => {
  await park(batch, message, [outcome]);
  const { code, owner } = outcome;
  batch.log.count(
    'outcomes',
    'outcome',
    { messageId: message.delivery, outcome: 'parked', code, owner },
    'outcome',
  );
};
