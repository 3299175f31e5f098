/**
 * SQS on one machine: local-aws-sqs speaks the protocol (both of them, with SQS's checks, MD5 sums, batches and move
 * tasks), fifo.ts keeps the messages.
 *
 * local-aws-sqs 2.0.2 keeps them itself, but not as a FIFO queue does: it hands out messages of a group that has one in
 * flight, counts a change of visibility as a receive, forgets a deduplication id with its message, and lets a long poll
 * wait for a full batch. So the methods of its queues that touch messages are replaced.
 */
import { createRequestHandler } from 'local-aws-sqs';
import * as z from 'zod';
import { ACCOUNT, REGION } from './account.ts';
import { FifoQueue } from './fifo.ts';
import { readBody, serve, whole } from './server.ts';
import type { Serving } from './server.ts';

export interface QueueSettings {
  /** Ends in `.fifo`. */
  readonly name: string;
  readonly visibilityTimeoutSeconds?: number;
  /** Within what a deduplication id is one message. */
  readonly deduplicationScope: 'queue' | 'messageGroup';
  readonly redrive?: { readonly deadLetterQueue: string; readonly maxReceiveCount: number };
}

export interface Sqs extends Serving {
  readonly queueUrl: (name: string) => string;
  /** When the queue's next message can be received, milliseconds since 1970; undefined where it is empty. */
  readonly nextAt: (name: string) => number | undefined;
  /** To be told where `now` is a clock moved by hand: what has become visible is handed out at once. */
  readonly clockMoved: () => void;
}

export const queueArn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;

type LocalQueue = ReturnType<typeof createRequestHandler>['service']['Queues'][number];

const recordSchema = z.looseObject({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  attributes: z.record(z.string(), z.string()),
});
type LocalRecord = z.infer<typeof recordSchema>;

const madeSchema = z.looseObject({ record: recordSchema });
const attributesSchema = z.record(z.string(), z.string()).default({});

interface ReceiveOptions {
  readonly VisibilityTimeout?: number;
  readonly WaitTimeSeconds?: number;
  readonly MaxNumberOfMessages?: number;
}

/**
 * @param queues a dead-letter queue stands before those that use it
 * @param now milliseconds since 1970, for what is sent, hidden and deduplicated; left out: the clock
 */
export const startSqs = async (
  queues: readonly QueueSettings[],
  now: () => number = Date.now,
): Promise<Sqs> => {
  const { service, requestHandler } = createRequestHandler({
    port: 0,
    hostname: '127.0.0.1',
    region: REGION,
    accountId: ACCOUNT,
    queues: queues.map(({ name, visibilityTimeoutSeconds, deduplicationScope, redrive }) => ({
      QueueName: name,
      Attributes: {
        FifoQueue: 'true',
        DeduplicationScope: deduplicationScope,
        ...(deduplicationScope === 'messageGroup' && { FifoThroughputLimit: 'perMessageGroupId' as const }),
        ...(visibilityTimeoutSeconds !== undefined && {
          VisibilityTimeout: visibilityTimeoutSeconds,
        }),
        ...(redrive && {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: queueArn(redrive.deadLetterQueue),
            maxReceiveCount: redrive.maxReceiveCount,
          }),
        }),
      },
    })),
  });

  const keepers = new Map<string, FifoQueue<LocalRecord>>();
  for (const { name, deduplicationScope, redrive } of queues) {
    const deadLetters = redrive && {
      maxReceiveCount: redrive.maxReceiveCount,
      take: (record: LocalRecord) => {
        const attributes = { ...record.attributes, DeadLetterQueueSourceArn: queueArn(name) };
        keepers.get(redrive.deadLetterQueue)?.add({ ...record, attributes });
      },
    };
    const keeper = new FifoQueue<LocalRecord>(deduplicationScope, deadLetters, now);
    keepers.set(name, keeper);
    const queue = service.Queues.find(({ QueueName }) => QueueName === name);
    if (queue) keepMessages(queue, keeper);
  }

  const serving = await serve(async (request, response) => {
    const body = await readBody(request);
    await requestHandler(whole(request, inOldWords(body)), response);
  });
  service.PORT = Number(new URL(serving.origin).port);
  return {
    ...serving,
    queueUrl: (name) => `${serving.origin}/${ACCOUNT}/${name}`,
    nextAt: (name) => keepers.get(name)?.nextAt(),
    clockMoved: () => {
      for (const keeper of keepers.values()) keeper.clockMoved();
    },
  };
};

const keepMessages = (queue: LocalQueue, keeper: FifoQueue<LocalRecord>): void => {
  const make = queue.setRecord;
  queue.newRecord = (record) => ({ record });
  queue.setRecord = (input: object, messageId) => {
    const made = madeSchema.parse(make(input, messageId));
    const kept = isSent(input) ? keeper.send(made.record) : keeper.add(made.record);
    // The sums in the answer are of what was sent, the names are of what is kept.
    const attributes = { ...made.record.attributes, ...sequenceOf(kept) };
    return { ...made, record: { ...made.record, MessageId: kept.MessageId, attributes } };
  };
  queue.receive = ({ VisibilityTimeout, WaitTimeSeconds, MaxNumberOfMessages }: ReceiveOptions) =>
    keeper.receive(
      MaxNumberOfMessages ?? 1,
      VisibilityTimeout ?? queue.VisibilityTimeout,
      WaitTimeSeconds ?? queue.ReceiveMessageWaitTimeSeconds,
    );
  queue.delete = (handle) => keeper.delete(handle);
  queue.changeVisibility = (handle, seconds) => keeper.hide(handle, Number(seconds));
  queue.clearRecords = () => keeper.clear();
  const describe = queue.getAttributes.bind(queue);
  queue.getAttributes = (names) => {
    const { visible, inFlight } = keeper.count();
    const counts: Record<string, string> = {
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
    };
    const described = Object.entries(attributesSchema.parse(describe(names)));
    return Object.fromEntries(described.map(([name, value]) => [name, counts[name] ?? value]));
  };
};

/** The library knows ReceiveMessage's AttributeNames, not what they are called since 2024. In a value, quotes are escaped. */
const inOldWords = (body: Buffer): Buffer =>
  Buffer.from(body.toString().replace('"MessageSystemAttributeNames":', '"AttributeNames":'));

/** SendMessage names its queue, an entry of SendMessageBatch its own id; a move task names neither. */
const isSent = (input: object): boolean => 'QueueUrl' in input || 'Id' in input;

const sequenceOf = ({ attributes: { SequenceNumber } }: LocalRecord) =>
  SequenceNumber === undefined ? {} : { SequenceNumber };
