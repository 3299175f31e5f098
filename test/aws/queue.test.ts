import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from 'vitest';
import {
  createDeliveryQueue,
  createEventQueue,
  EventTooLarge,
  QueueUnavailable,
} from '../../lambda/aws/queue.ts';
import type { QueuedEvent } from '../../lambda/event.ts';
import { createSend } from '../../lambda/http.ts';
import { clientConfig } from '../../local/aws/account.ts';
import { startSqs } from '../../local/aws/sqs.ts';
import { anEvent } from '../support/rig.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const start = async () => {
  const sqs = await startSqs([{ name: 'events.fifo', deduplicationScope: 'messageGroup' }]);
  const client = new SQSClient(clientConfig(sqs.origin));
  closing.push(() => client.destroy(), sqs.close);
  const url = sqs.queueUrl('events.fifo');
  return {
    queue: createEventQueue(url, { ...clientConfig(sqs.origin), send: createSend() }),
    receive: async () => {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }),
      );
      return Messages.map(({ Body = '' }) => JSON.parse(Body) as QueuedEvent);
    },
  };
};

/** An SQS that answers by hand, for what the real one does rarely. */
const startHand = async (answer: (entries: { Id: string; MessageBody: string }[]) => object) => {
  const calls: { Id: string; MessageBody: string }[][] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const { Entries } = body as { Entries: { Id: string; MessageBody: string }[] };
      calls.push(Entries);
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(JSON.stringify(answer(Entries)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    calls,
    queue: createEventQueue(`${origin}/000000000000/events.fifo`, {
      ...clientConfig(origin),
      send: createSend(),
    }),
  };
};

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const accept = (entries: { Id: string; MessageBody: string }[]) => ({
  Successful: entries.map(({ Id, MessageBody }) => ({
    Id,
    MessageId: Id,
    MD5OfMessageBody: md5(MessageBody),
  })),
  Failed: [],
});

test('more than ten events go in several batches, in order', async () => {
  const hand = await startHand((entries) => accept(entries));
  await hand.queue.send(
    Array.from({ length: 23 }, (_, i) => anEvent(`e${i}`)),
    'req',
  );
  expect(hand.calls.map((entries) => entries.length)).toEqual([10, 10, 3]);
  expect(hand.calls.flat().map(({ MessageBody }) => (JSON.parse(MessageBody) as QueuedEvent).id)).toEqual(
    Array.from({ length: 23 }, (_, i) => `e${i}`),
  );
});

test('a batch is no larger than SQS takes', async () => {
  const hand = await startHand((entries) => accept(entries));
  const large = anEvent('e', { data: { payload: 'x'.repeat(400 * 1024) } });
  await hand.queue.send([large, large, large], 'req');
  expect(hand.calls.map((entries) => entries.length)).toEqual([2, 1]);
});

test('a batch of which a part was refused is not on the queue', async () => {
  const hand = await startHand((entries) => ({
    ...accept(entries.slice(1)),
    Failed: [{ Id: '0', SenderFault: false, Code: 'InternalError' }],
  }));
  await expect(hand.queue.send([anEvent('a'), anEvent('b')], 'req')).rejects.toThrow(QueueUnavailable);
});

test('the repeat of one delivery puts nothing on the queue twice; another delivery of the same event does', async () => {
  const { queue, receive } = await start();
  await queue.send([anEvent('e1'), anEvent('e1')], 'req-1');
  await queue.send([anEvent('e1'), anEvent('e1')], 'req-1');
  expect(await receive()).toHaveLength(2);
  const other = await start();
  await other.queue.send([anEvent('e1')], 'req-1');
  await other.queue.send([anEvent('e1')], 'req-2');
  expect(await other.receive()).toHaveLength(2);
});

test('every text comes through as it was, even what SQS does not take', async () => {
  const { queue, receive } = await start();
  const payload = 'tab\t nul\u0000 \ufffe\uffff lone \ud800 bell\u0007 🎧';
  await queue.send([anEvent('e1', { data: { payload } })], 'req');
  expect((await receive())[0]?.data.payload).toBe(payload);
});

test('an event that no message can hold is told apart, and nothing is sent', async () => {
  const hand = await startHand((entries) => accept(entries));
  const huge = anEvent('e', { data: { payload: 'x'.repeat(1024 * 1024) } });
  await expect(hand.queue.send([anEvent('a'), huge], 'req')).rejects.toThrow(EventTooLarge);
  expect(hand.calls).toEqual([]);
});

test('a message in hand that is postponed is hidden; with no seconds, it is there at once', async () => {
  const sqs = await startSqs([{ name: 'events.fifo', deduplicationScope: 'messageGroup' }]);
  const client = new SQSClient(clientConfig(sqs.origin));
  closing.push(() => client.destroy(), sqs.close);
  const url = sqs.queueUrl('events.fifo');
  const settings = { ...clientConfig(sqs.origin), send: createSend() };
  const receive = async () => {
    const { Messages: [message] = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: url }));
    return message;
  };
  await createEventQueue(url, settings).send([anEvent('e1')], 'req');
  const {
    MessageId: messageId = '',
    ReceiptHandle: receiptHandle = '',
    Body: body = '',
  } = (await receive()) ?? {};
  const queue = createDeliveryQueue(
    { queue: url, waitingQueue: `${url}-waiting`, deadLetterQueue: url },
    settings,
  );
  const message = { messageId, receiptHandle, body, group: 'g', queue: 'events.fifo' };
  await queue.postpone(message, 100);
  expect(await receive()).toBeUndefined();
  await queue.postpone(message, 0);
  expect((await receive())?.MessageId).toBe(messageId);
});

test('a reason is cut where SQS takes no more of it, and never within a character', async () => {
  const sqs = await startSqs([{ name: 'parked.fifo', deduplicationScope: 'messageGroup' }]);
  const client = new SQSClient(clientConfig(sqs.origin));
  closing.push(() => client.destroy(), sqs.close);
  const url = sqs.queueUrl('parked.fifo');
  const queue = createDeliveryQueue(
    { queue: url, waitingQueue: url, deadLetterQueue: url },
    { ...clientConfig(sqs.origin), send: createSend() },
  );
  const message = { messageId: 'm1', receiptHandle: 'r', body: '{}', group: 'g', queue: 'events.fifo' };
  const parking = { code: 'c', owner: 'event', attempts: 1, firstReceivedAt: 'f', parkedAt: 'p' } as const;
  await queue.park(message, { ...parking, reason: `${'x'.repeat(3_999)}🎧 and more` }, 'part');
  const { Messages: [parked] = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: url, MessageAttributeNames: ['All'] }),
  );
  const reason = parked?.MessageAttributes?.['reason']?.StringValue ?? '';
  expect(reason).toBe(`${'x'.repeat(3_999)}\ufffd`);
});
