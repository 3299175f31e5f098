/** Lambda's event source mapping on one machine: polls an SQS queue and hands batches to a function. */
import { setTimeout as delay } from 'node:timers/promises';
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Message, SQSClientConfig } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSMessageAttribute, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { REGION } from './account.ts';

export interface EventSourceMappingOptions {
  readonly sqs: SQSClientConfig;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  /** Whether the function's answer says which messages failed (`ReportBatchItemFailures`). */
  readonly reportsFailures: boolean;
  /** Batches in flight at a time, at the most. */
  readonly concurrency: number;
  /** The function. A promise that fails is a function error. */
  readonly invoke: (event: SQSEvent) => Promise<unknown>;
  /** Told what went wrong, in a sentence without content: in AWS, it is in Lambda's own metrics. */
  readonly complain: (sentence: string) => void;
}

export interface EventSourceMapping {
  /** Waits for the batches under way. */
  readonly stop: () => Promise<void>;
}

const LONG_POLL_SECONDS = 20;
const PAUSE_AFTER_FAULT_MS = 1_000;

export const startEventSourceMapping = (options: EventSourceMappingOptions): EventSourceMapping => {
  const { queueUrl, batchSize, concurrency, complain } = options;
  const client = new SQSClient(options.sqs);
  const stopping = new AbortController();
  const stopped = (): boolean => stopping.signal.aborted;
  const underWay = new Set<Promise<void>>();

  const receive = async (): Promise<readonly Message[]> => {
    const { Messages: messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(batchSize, 10),
        WaitTimeSeconds: LONG_POLL_SECONDS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
      { abortSignal: stopping.signal },
    );
    return messages;
  };

  const process = async (messages: readonly Message[]): Promise<void> => {
    const records = messages.map((message) => toRecord(message, options.queueArn));
    const done = await invokeOn(records, options);
    if (done.length === 0) return;
    const { Failed: failed = [] } = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: done.map(({ receiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle: receiptHandle,
        })),
      }),
    );
    if (failed.length > 0)
      complain(`${failed.length} messages were done but could not be deleted: they come again`);
  };

  const poll = async (): Promise<void> => {
    while (!stopped()) {
      try {
        if (underWay.size >= concurrency) {
          await Promise.race(underWay);
          continue;
        }
        const messages = await receive();
        if (messages.length === 0) continue;
        const batch: Promise<void> = process(messages)
          .catch((error: unknown) => complain(`a batch broke off: ${nameOf(error)}`))
          .finally(() => underWay.delete(batch));
        underWay.add(batch);
      } catch (error) {
        if (stopped()) return;
        complain(`the queue could not be read: ${nameOf(error)}`);
        await delay(PAUSE_AFTER_FAULT_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };

  const polling = poll();
  return {
    stop: async () => {
      stopping.abort();
      await polling;
      await Promise.all(underWay);
      client.destroy();
    },
  };
};

const answerSchema = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/**
 * @returns the records that are done and go off the queue. By "Handling errors for an SQS event source in Lambda":
 *   after a function error none; else all but those named; and none where the answer cannot be read.
 */
const invokeOn = async (
  records: readonly SQSRecord[],
  { invoke, reportsFailures, complain }: EventSourceMappingOptions,
): Promise<readonly SQSRecord[]> => {
  let answer: unknown;
  try {
    answer = await invoke({ Records: [...records] });
  } catch (error) {
    complain(`a batch of ${records.length} failed: ${nameOf(error)}`);
    return [];
  }
  if (!reportsFailures) return records;
  const parsed = answerSchema.safeParse(answer);
  const failed = new Set(parsed.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier));
  const unknown = [...failed].some((id) => records.every(({ messageId }) => messageId !== id));
  if (!parsed.success || unknown) {
    complain(`a batch of ${records.length} failed: its answer names no messages of the batch`);
    return [];
  }
  return records.filter(({ messageId }) => !failed.has(messageId));
};

/** The class alone: a message may quote content. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error');

/** A message as Lambda hands it over. */
export const toRecord = (message: Message, queueArn: string): SQSRecord => {
  const { ApproximateReceiveCount, SentTimestamp, SenderId, ApproximateFirstReceiveTimestamp, ...more } =
    message.Attributes ?? {};
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ...more,
      ApproximateReceiveCount: ApproximateReceiveCount ?? '',
      SentTimestamp: SentTimestamp ?? '',
      SenderId: SenderId ?? '',
      ApproximateFirstReceiveTimestamp: ApproximateFirstReceiveTimestamp ?? '',
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]): [string, SQSMessageAttribute] => [
        name,
        {
          ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
          ...(value.BinaryValue && { binaryValue: Buffer.from(value.BinaryValue).toString('base64') }),
          stringListValues: [],
          binaryListValues: [],
          dataType: value.DataType ?? '',
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    ...(message.MD5OfMessageAttributes !== undefined && {
      md5OfMessageAttributes: message.MD5OfMessageAttributes,
    }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: REGION,
  };
};
