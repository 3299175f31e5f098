import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientConfig } from '../../../local/aws/account.ts';
import { startEventSourceMapping } from '../../../local/aws/event-source-mapping.ts';
import type { EventSourceMapping } from '../../../local/aws/event-source-mapping.ts';
import { queueArn, startSqs } from '../../../local/aws/sqs.ts';
import type { Sqs } from '../../../local/aws/sqs.ts';

const QUEUE = 'events.fifo';

let sqs: Sqs;
let client: SQSClient;
let mapping: EventSourceMapping | undefined;
let batches: SQSEvent[];
let complaints: string[];

beforeEach(async () => {
  batches = [];
  complaints = [];
  mapping = undefined;
  sqs = await startSqs([{ name: QUEUE, deduplicationScope: 'queue', visibilityTimeoutSeconds: 1 }]);
  client = new SQSClient(clientConfig(sqs.origin));
});

afterEach(async () => {
  await mapping?.stop();
  client.destroy();
  await sqs.close();
});

const send = (body: string, group = 'g') =>
  client.send(
    new SendMessageCommand({
      QueueUrl: sqs.queueUrl(QUEUE),
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: body,
      MessageAttributes: {
        owner: { DataType: 'String', StringValue: 'event' },
        bytes: { DataType: 'Binary', BinaryValue: Uint8Array.from([0, 255]) },
      },
    }),
  );

const map = (
  invoke: (event: SQSEvent) => unknown,
  options: { reportsFailures?: boolean; concurrency?: number } = {},
): void => {
  mapping = startEventSourceMapping({
    sqs: clientConfig(sqs.origin),
    queueUrl: sqs.queueUrl(QUEUE),
    queueArn: queueArn(QUEUE),
    batchSize: 10,
    reportsFailures: true,
    concurrency: 5,
    ...options,
    invoke: (event) => {
      batches.push(event);
      return Promise.resolve(event).then(invoke);
    },
    complain: (sentence) => complaints.push(sentence),
  });
};

const bodies = () => batches.map(({ Records: records }) => records.map(({ body }) => body));

const counts = async () => {
  const { Attributes: attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: sqs.queueUrl(QUEUE),
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    visible: Number(attributes.ApproximateNumberOfMessages),
    inFlight: Number(attributes.ApproximateNumberOfMessagesNotVisible),
  };
};

/** Messages on the queue, in flight or not. */
const left = async (): Promise<number> => {
  const { visible, inFlight } = await counts();
  return visible + inFlight;
};

test('hands over records as Lambda does', async () => {
  const { MessageId: messageId, SequenceNumber: sequence } = await send('hello');
  map(() => undefined);
  await expect.poll(() => batches.length).toBe(1);
  expect(batches[0]).toEqual({
    Records: [
      {
        messageId,
        receiptHandle: expect.any(String) as unknown,
        body: 'hello',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/) as unknown,
          SenderId: expect.any(String) as unknown,
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/) as unknown,
          MessageGroupId: 'g',
          MessageDeduplicationId: 'hello',
          SequenceNumber: sequence,
        },
        messageAttributes: {
          owner: { stringValue: 'event', stringListValues: [], binaryListValues: [], dataType: 'String' },
          bytes: { binaryValue: 'AP8=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
        },
        // echo -n hello | md5sum
        md5OfBody: '5d41402abc4b2a76b9719d911017c592',
        md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:events.fifo',
        awsRegion: 'us-east-1',
      },
    ],
  });
});

const failing = (event: SQSEvent, ...failed: string[]) => ({
  batchItemFailures: event.Records.filter(({ body }) => failed.includes(body)).map(({ messageId }) => ({
    itemIdentifier: messageId,
  })),
});

test('what the answer names comes again, in order; the rest is gone', async () => {
  for (const body of ['1', '2', '3']) await send(body);
  map((event) => (batches.length === 1 ? failing(event, '2', '3') : undefined));
  await expect
    .poll(() => bodies())
    .toEqual([
      ['1', '2', '3'],
      ['2', '3'],
    ]);
  await expect.poll(left).toBe(0);
  expect(batches[1]?.Records.map(({ attributes }) => attributes.ApproximateReceiveCount)).toEqual(['2', '2']);
});

describe('answers', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['an empty list', { batchItemFailures: [] }],
    ['null for a list', { batchItemFailures: null }],
  ])('%s: all is done', async (_, answer) => {
    await send('1');
    map(() => answer);
    await expect.poll(left).toBe(0);
    expect(complaints).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['a text', 'done'],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a null identifier', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['a bad key', { batchItemFailures: [{ messageId: '1' }] }],
    ['a stranger', { batchItemFailures: [{ itemIdentifier: 'nobody' }] }],
    ['no list', { batchItemFailures: 'all' }],
  ])('%s: nothing is done', async (_, answer) => {
    await send('1');
    map(() => answer);
    await expect
      .poll(() => complaints)
      .toEqual(['a batch of 1 failed: its answer names no messages of the batch']);
    await mapping?.stop();
    expect(await left()).toBe(1);
  });

  test('a function error: nothing is done, and the message is not quoted', async () => {
    await send('1');
    map(() => {
      throw new TypeError('Jane');
    });
    await expect.poll(() => complaints).toEqual(['a batch of 1 failed: TypeError']);
    await mapping?.stop();
    expect(await left()).toBe(1);
  });

  test('are not looked at where the mapping does not say so', async () => {
    await send('1');
    map((event) => failing(event, '1'), { reportsFailures: false });
    await expect.poll(left).toBe(0);
  });
});

test('groups go side by side, up to the limit; one group never does', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  map(() => held, { concurrency: 2 });
  await send('a1', 'a');
  await expect.poll(() => batches.length).toBe(1);
  await send('a2', 'a');
  await send('b1', 'b');
  await expect.poll(() => batches.length).toBe(2);
  await send('c1', 'c');
  // A poll that waited would have been given c1 when it was sent.
  expect(await counts()).toEqual({ visible: 2, inFlight: 2 });
  expect(bodies()).toEqual([['a1'], ['b1']]);
  release();
  await expect.poll(() => bodies().flat().toSorted()).toEqual(['a1', 'a2', 'b1', 'c1']);
});

test('stopping waits for the batch under way, and takes no other', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await send('1');
  map(() => held);
  await expect.poll(() => batches.length).toBe(1);
  const stopped = mapping?.stop();
  await send('2');
  release();
  await stopped;
  expect(bodies()).toEqual([['1']]);
  expect(await left()).toBe(1);
});
