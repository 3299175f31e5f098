/** The dead-letter queue, as far as a person at a terminal uses it. */
import { randomUUID } from 'node:crypto';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { UsageError } from '../flags.ts';
import { parkedMessage } from './message.ts';
import type { ParkedMessage } from './message.ts';

/** What is received stays hidden for so long, should this process be killed before it hands it back. */
export const HIDDEN_SECONDS = 120;

/** SQS's maximum in one call. */
const BATCH = 10;
/** Calls at a time when thousands are handed back. */
const CALLS = 10;

export interface ParkedQueue {
  /** Up to ten. Each hides its group's others until it is handed back or removed. */
  receive(): Promise<ParkedMessage[]>;
  /** @returns how many could not be handed back; they show again by themselves */
  handBack(receiptHandles: readonly string[]): Promise<number>;
  remove(message: ParkedMessage): Promise<void>;
  /** About how many there are, in anybody's hands too. */
  count(): Promise<number>;
  /** @throws UsageError where it is not exactly one */
  queueBefore(): Promise<string>;
  /** @returns the MessageId that it has there */
  send(message: ParkedMessage, to: string): Promise<string>;
}

/**
 * @param waitSeconds how long a look waits: SQS has many servers, and only a long poll asks them all
 * @throws UsageError where the queue is none for parked messages
 */
export const openParkedQueue = async (
  client: SQSClient,
  url: string,
  waitSeconds: 0 | 1,
): Promise<ParkedQueue> => {
  const { Attributes: { RedrivePolicy: policy = '' } = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['RedrivePolicy'] }),
  );
  // Reading it would hold up what is under way.
  if (policy !== '')
    throw new UsageError(`${url} has a dead-letter queue behind it: that one's URL is wanted`);

  return {
    receive: async () => {
      const { Messages: messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: BATCH,
          VisibilityTimeout: HIDDEN_SECONDS,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      );
      return messages.map(parkedMessage);
    },

    handBack: async (receiptHandles) => {
      const batches = chunks(receiptHandles, BATCH);
      let failures = 0;
      for (const some of chunks(batches, CALLS)) {
        const answers = await Promise.all(
          some
            .map(async (batch) => {
              const { Failed: failed = [] } = await client.send(
                new ChangeMessageVisibilityBatchCommand({
                  QueueUrl: url,
                  Entries: batch.map((ReceiptHandle, index) => ({
                    Id: String(index),
                    ReceiptHandle,
                    VisibilityTimeout: 0,
                  })),
                }),
              );
              return failed.length;
            })
            .map((answer, index) => answer.catch(() => some[index]?.length ?? 0)),
        );
        for (const failed of answers) failures += failed;
      }
      return failures;
    },

    remove: async ({ receiptHandle }) => {
      await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receiptHandle }));
    },

    count: async () => {
      const { Attributes: attributes = {} } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: url,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return (
        Number(attributes.ApproximateNumberOfMessages ?? 0) +
        Number(attributes.ApproximateNumberOfMessagesNotVisible ?? 0)
      );
    },

    queueBefore: async () => {
      const { queueUrls: urls = [] } = await client.send(
        new ListDeadLetterSourceQueuesCommand({ QueueUrl: url }),
      );
      const [only] = urls;
      if (only === undefined || urls.length > 1)
        throw new UsageError(
          `${url} is the dead-letter queue of ${urls.length === 0 ? 'no queue' : urls.join(' and of ')}: --to URL says where to redrive`,
        );
      return only;
    },

    send: async ({ body, summary: { group } }, to) => {
      const { MessageId: id = '' } = await client.send(
        new SendMessageCommand({
          QueueUrl: to,
          MessageBody: body,
          MessageGroupId: group,
          // Never seen before: SQS must not take it for the message that was there within the last five minutes.
          MessageDeduplicationId: randomUUID(),
        }),
      );
      return id;
    },
  };
};

const chunks = <T>(items: readonly T[], size: number): (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
