import { request } from 'node:http';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { Message } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientConfig } from '../../../local/aws/account.ts';
import { startSqs } from '../../../local/aws/sqs.ts';
import type { Sqs } from '../../../local/aws/sqs.ts';

const MAIN = 'main.fifo';
const DEAD = 'dead.fifo';

let sqs: Sqs;
let client: SQSClient;

beforeEach(async () => {
  sqs = await startSqs([
    { name: DEAD, deduplicationScope: 'messageGroup' },
    {
      name: MAIN,
      deduplicationScope: 'messageGroup',
      visibilityTimeoutSeconds: 30,
      redrive: { deadLetterQueue: DEAD, maxReceiveCount: 2 },
    },
  ]);
  client = new SQSClient(clientConfig(sqs.origin));
});

afterEach(async () => {
  client.destroy();
  await sqs.close();
});

const send = (body: string, group: string, id = body) =>
  client.send(
    new SendMessageCommand({
      QueueUrl: sqs.queueUrl(MAIN),
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: id,
      MessageAttributes: { reason: { DataType: 'String', StringValue: 'why' } },
    }),
  );

const receive = async (queue = MAIN, wait = 0): Promise<Message[]> => {
  const { Messages: messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: sqs.queueUrl(queue),
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: wait,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  );
  return messages;
};

const bodies = (messages: readonly Message[]) => messages.map(({ Body: body }) => body);
const handleOf = (message: Message | undefined) => message?.ReceiptHandle ?? 'none';
const remove = (message: Message | undefined) =>
  client.send(new DeleteMessageCommand({ QueueUrl: sqs.queueUrl(MAIN), ReceiptHandle: handleOf(message) }));
const hide = (message: Message | undefined, seconds: number) =>
  client.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: sqs.queueUrl(MAIN),
      ReceiptHandle: handleOf(message),
      VisibilityTimeout: seconds,
    }),
  );

describe('a FIFO queue', () => {
  test('hands out several messages of one group at once, in order', async () => {
    for (const body of ['a1', 'b1', 'a2', 'a3']) await send(body, body.charAt(0));
    expect(bodies(await receive())).toEqual(['a1', 'b1', 'a2', 'a3']);
  });

  test('locks a group while one of its messages is in flight, and no other group', async () => {
    await send('a1', 'a');
    await receive();
    await send('a2', 'a');
    await send('b1', 'b');
    expect(bodies(await receive())).toEqual(['b1']);
  });

  test('starts again with the first message of a group when all are handed back', async () => {
    await send('a1', 'a');
    await send('a2', 'a');
    const [first, second] = await receive();
    await hide(second, 0);
    expect(bodies(await receive())).toEqual([]);
    await hide(first, 0);
    expect(bodies(await receive())).toEqual(['a1', 'a2']);
  });

  test('opens a group when its message in flight is deleted', async () => {
    await send('a1', 'a');
    const [first] = await receive();
    await send('a2', 'a');
    await remove(first);
    expect(bodies(await receive())).toEqual(['a2']);
  });

  test('counts receives, and nothing else', async () => {
    await send('a1', 'a');
    const [first] = await receive();
    await hide(first, 20);
    await hide(first, 0);
    const [again] = await receive();
    expect([first, again].map((message) => message?.Attributes?.['ApproximateReceiveCount'])).toEqual([
      '1',
      '2',
    ]);
    expect(again?.Attributes?.['ApproximateFirstReceiveTimestamp']).toBe(
      first?.Attributes?.['ApproximateFirstReceiveTimestamp'],
    );
  });

  test('moves a message to the dead-letter queue instead of receiving it once too often', async () => {
    await send('a1', 'a');
    for (let i = 0; i < 2; i++) {
      const messages = await receive();
      expect(bodies(messages)).toEqual(['a1']);
      await hide(messages[0], 0);
    }
    expect(await receive()).toEqual([]);
    const [dead] = await receive(DEAD);
    expect(dead).toMatchObject({
      Body: 'a1',
      Attributes: { DeadLetterQueueSourceArn: 'arn:aws:sqs:us-east-1:000000000000:main.fifo' },
      MessageAttributes: { reason: { StringValue: 'why' } },
    });
  });

  test('takes a repeated deduplication id of a group for the same message, even when that is gone', async () => {
    const first = await send('a1', 'a', 'same');
    await remove((await receive())[0]);
    const second = await send('another body', 'a', 'same');
    expect(second.MessageId).toBe(first.MessageId);
    expect(second.SequenceNumber).toBe(first.SequenceNumber);
    await send('b1', 'b', 'same');
    expect(bodies(await receive())).toEqual(['b1']);
  });

  test('does not know a receipt handle any more once its message was handed back', async () => {
    await send('a1', 'a');
    const [first] = await receive();
    await hide(first, 0);
    await expect(remove(first)).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
    const [again] = await receive();
    await expect(hide(first, 5)).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
    await remove(again);
    await remove(again);
  });

  test('ends a long poll with the first message', async () => {
    const waiting = receive(MAIN, 20);
    await send('a1', 'a');
    expect(bodies(await waiting)).toEqual(['a1']);
  });

  test('ends a long poll when a hidden message becomes visible', async () => {
    await send('a1', 'a');
    await hide((await receive())[0], 1);
    expect(bodies(await receive(MAIN, 20))).toEqual(['a1']);
  });

  test('says how many messages it has', async () => {
    await send('a1', 'a');
    await receive();
    await send('b1', 'b');
    const { Attributes: attributes } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: sqs.queueUrl(MAIN),
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    expect(attributes).toEqual({
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
    });
  });
});

test('a batch is sent in order, and deleted', async () => {
  const entries = ['1', '2', '3'].map((id) => ({
    Id: id,
    MessageBody: `body ${id}`,
    MessageGroupId: 'a',
    MessageDeduplicationId: id,
  }));
  const QueueUrl = sqs.queueUrl(MAIN);
  await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: entries }));
  const messages = await receive();
  expect(bodies(messages)).toEqual(['body 1', 'body 2', 'body 3']);
  const { Successful: deleted = [] } = await client.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: messages.map((message, index) => ({
        Id: String(index),
        ReceiptHandle: message.ReceiptHandle,
      })),
    }),
  );
  expect(deleted).toHaveLength(3);
});

test('a move task takes dead messages back to where they came from, within the deduplication time too', async () => {
  await send('a1', 'a');
  for (let i = 0; i < 2; i++) await hide((await receive())[0], 0);
  expect(await receive()).toEqual([]);
  await client.send(
    new StartMessageMoveTaskCommand({ SourceArn: 'arn:aws:sqs:us-east-1:000000000000:dead.fifo' }),
  );
  expect(bodies(await receive(MAIN, 20))).toEqual(['a1']);
});

test('a client that is killed in the middle of its request takes nothing down', async () => {
  const broken = request(sqs.queueUrl(MAIN), {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'content-length': '1000' },
  });
  const closed = new Promise((resolve) => broken.on('close', resolve).on('error', resolve));
  broken.write('{"QueueUrl":', () => broken.destroy());
  await closed;
  await send('a1', 'a');
  expect(bodies(await receive())).toEqual(['a1']);
});
