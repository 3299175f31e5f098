import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import {
  createDeliveryQueue,
  createEventQueue,
  EventTooLarge,
  QueueUnavailable,
} from '../../lambda/aws/queue.ts';
import type { QueuedEvent } from '../../lambda/event.ts';
import { createSend } from '../../lambda/http.ts';
import type { Reply } from '../../lambda/http.ts';
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

const idsOf = (entries: readonly { MessageBody: string }[]) =>
  entries.map(({ MessageBody }) => (JSON.parse(MessageBody) as QueuedEvent).id);

test('deliveries of one event each that come at the same time go in one call, ten at the most', async () => {
  const hand = await startHand((entries) => accept(entries));
  const ids = Array.from({ length: 12 }, (_, i) => `e${i}`);
  await Promise.all(ids.map((id) => hand.queue.send([anEvent(id)], `req-${id}`)));
  expect(hand.calls.map(idsOf)).toEqual([ids.slice(0, 10), ids.slice(10)]);
  expect(hand.calls.map((entries) => entries.map(({ Id }) => Id))).toEqual([
    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    ['0', '1'],
  ]);
});

test('together they are no larger than SQS takes', async () => {
  const hand = await startHand((entries) => accept(entries));
  const large = { data: { payload: 'x'.repeat(400 * 1024) } };
  await Promise.all(['a', 'b', 'c'].map((id) => hand.queue.send([anEvent(id, large)], `req-${id}`)));
  expect(hand.calls.map(idsOf)).toEqual([['a', 'b'], ['c']]);
});

test('a delivery of several events goes by itself, in its order', async () => {
  const hand = await startHand((entries) => accept(entries));
  await Promise.all([
    hand.queue.send([anEvent('a')], 'req-1'),
    hand.queue.send([anEvent('b1'), anEvent('b2')], 'req-2'),
    hand.queue.send([anEvent('c')], 'req-3'),
  ]);
  expect(hand.calls.map(idsOf).sort()).toEqual([
    ['a', 'c'],
    ['b1', 'b2'],
  ]);
});

test('of those that go together, one that SQS does not take is sent once more, and fails alone', async () => {
  const hand = await startHand((entries) => ({
    ...accept(entries.filter(({ MessageBody }) => !MessageBody.includes('"bad"'))),
    Failed: [{ Id: '1', SenderFault: false, Code: 'InternalError' }],
  }));
  const sent = await Promise.allSettled(
    ['a', 'bad', 'c'].map((id) => hand.queue.send([anEvent(id)], `req-${id}`)),
  );
  expect(sent).toMatchObject([
    { status: 'fulfilled' },
    { reason: { name: 'QueueUnavailable', message: 'SQS took 0 of 1' } },
    { status: 'fulfilled' },
  ]);
  expect(hand.calls.map(idsOf)).toEqual([['a', 'bad', 'c'], ['bad']]);
});

/** SQS as a function of what is sent to it. */
const startScriptedQueue = (reply: (ids: string[]) => Reply | Promise<Reply> = takenAll) => {
  const calls: string[][] = [];
  const queue = createEventQueue('https://sqs.eu-west-1.amazonaws.com/000000000000/events.fifo', {
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
    send: ({ body = '' }) => {
      const { Entries } = JSON.parse(body) as { Entries: { MessageBody: string }[] };
      const ids = idsOf(Entries);
      calls.push(ids);
      return Promise.resolve(reply(ids));
    },
  });
  return { calls, queue };
};
const startScripted = (reply: (ids: string[]) => Reply | Promise<Reply>) => {
  const { calls, queue } = startScriptedQueue(reply);
  return { calls, send: (id: string) => queue.send([anEvent(id)], `req-${id}`) };
};
const refusal = (status: number, code: string): Reply => ({
  kind: 'answer',
  status,
  headers: {},
  body: JSON.stringify({ __type: `com.amazonaws.sqs#${code}` }),
});
const takenAll = (ids: readonly string[]): Reply => ({
  kind: 'answer',
  status: 200,
  headers: {},
  body: JSON.stringify({ Successful: ids.map((_, index) => ({ Id: String(index) })) }),
});

test("a call that SQS refuses is nobody's trouble but whose it is: each goes by itself then", async () => {
  const { calls, send } = startScripted((ids) =>
    ids.includes('bad') ? refusal(400, 'InvalidMessageContents') : takenAll(ids),
  );
  expect(await Promise.allSettled(['a', 'bad', 'c'].map(send))).toMatchObject([
    { status: 'fulfilled' },
    { reason: { name: 'QueueUnavailable' } },
    { status: 'fulfilled' },
  ]);
  expect(calls).toEqual([['a', 'bad', 'c'], ['a'], ['bad'], ['c']]);
});

test.each<[what: string, reply: Reply]>([
  ['failed', refusal(500, 'InternalFailure')],
  ['throttled', refusal(400, 'RequestThrottled')],
  ['lost', { kind: 'no-answer', sent: true, why: 'timeout' }],
])('a call that was %s fails for all that were in it: SQS is not asked more often', async (_, reply) => {
  const { calls, send } = startScripted(() => reply);
  expect(await Promise.allSettled(['a', 'b'].map(send))).toMatchObject([
    { reason: { name: 'QueueUnavailable' } },
    { reason: { name: 'QueueUnavailable' } },
  ]);
  expect(calls).toEqual([['a', 'b']]);
});

test('a call that hangs holds up nobody who comes later', async () => {
  const hanging = Promise.withResolvers<Reply>();
  const { calls, send } = startScripted((ids) => (ids.includes('a') ? hanging.promise : takenAll(ids)));
  const first = send('a');
  await setImmediate();
  await send('b');
  expect(calls).toEqual([['a'], ['b']]);
  hanging.resolve(takenAll(['a']));
  await first;
});

test('whatever is delivered at the same time, each event is on the queue once, and each delivery in its order', async () => {
  const deliveries = fc.array(
    fc.array(fc.constantFrom('jane', 'joe', 'ann'), { minLength: 1, maxLength: 12 }),
    {
      maxLength: 14,
    },
  );
  await fc.assert(
    fc.asyncProperty(deliveries, async (given) => {
      const { calls, queue } = startScriptedQueue();
      await Promise.all(
        given.map((subjects, d) =>
          queue.send(
            subjects.map((subject, i) => anEvent(`${d}-${i}`, { subject })),
            `req-${d}`,
          ),
        ),
      );
      const sent = calls.flat();
      expect([...sent].sort()).toEqual(given.flatMap((all, d) => all.map((_, i) => `${d}-${i}`)).sort());
      for (const [d, all] of given.entries())
        expect(sent.filter((id) => id.startsWith(`${d}-`))).toEqual(all.map((_, i) => `${d}-${i}`));
      expect(Math.max(0, ...calls.map(({ length }) => length))).toBeLessThanOrEqual(10);
    }),
  );
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
