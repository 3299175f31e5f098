import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientConfig } from '../../../local/aws/account.ts';
import { ParkedError } from '../../../local/parked/hand.ts';
import { openParkedQueue } from '../../../local/parked/queue.ts';
import { startProxy } from './proxy.ts';
import { eventOf, startRig } from './rig.ts';
import type { Rig } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

const LIST = { name: 'list', json: false } as const;
const LIST_JSON = { name: 'list', json: true } as const;
const REDRIVE_ALL = { name: 'redrive', id: undefined, to: undefined } as const;
const showOf = (id: string) => ({ name: 'show', id, json: false }) as const;
const redriveOf = (id: string) => ({ name: 'redrive', id, to: undefined }) as const;
const dropOf = (id: string) => ({ name: 'drop', id, why: 'left the company' }) as const;

/** As a client whose connection breaks, or whose process dies, at the nth call of an operation. */
const failingAt = (command: string, nth: number): SQSClient => {
  const client = new SQSClient({ ...rig.settings, maxAttempts: 1 });
  let calls = 0;
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === command && ++calls === nth) throw new Error(`died at ${command}`);
      return next(args);
    },
    { step: 'initialize' },
  );
  return client;
};

describe('list', () => {
  test('says so when nothing is parked', async () => {
    expect(await rig.run(LIST)).toEqual({ printed: 'Nothing is parked.', notes: '', failure: undefined });
    expect((await rig.run(LIST_JSON)).printed).toBe('[]');
  });

  test('shows a line for each, the oldest first', async () => {
    await rig.park(eventOf('e-2'), 'b', { parkedAt: '2026-11-22T10:00:00.000Z', reason: 'later' });
    await rig.park(eventOf('e-1'), 'a');
    const [second = '', first = ''] = await rig.ids();
    expect(await rig.run(LIST)).toEqual({
      printed: [
        'id        parked (UTC)      owner  code       source    type            attempts  reason',
        `${first.slice(0, 8)}  2026-11-21 09:30  event  not-found  bamboohr  employee.hired  3         there is no user 1009`,
        `${second.slice(0, 8)}  2026-11-22 10:00  event  not-found  bamboohr  employee.hired  3         later`,
      ].join('\n'),
      notes: '',
      failure: undefined,
    });
  });

  test('as JSON: all that is known beside the event', async () => {
    await rig.park(eventOf('e-1', 'jane@acme.example'), 'a');
    const [id] = await rig.ids();
    expect(JSON.parse((await rig.run(LIST_JSON)).printed)).toEqual([
      {
        id,
        parkedAt: '2026-11-21T09:30:00.000Z',
        firstReceivedAt: '2026-11-20T08:00:00.000Z',
        owner: 'event',
        code: 'not-found',
        reason: 'there is no user 1009',
        attempts: 3,
        group: 'a',
        source: 'bamboohr',
        type: 'employee.hired',
        subject: 'jane@acme.example',
        eventId: 'e-1',
      },
    ]);
  });

  test('leaves everything visible, in order, two of one group too', async () => {
    await rig.park('one', 'a');
    await rig.park('two', 'a');
    await rig.park('other', 'b');
    await rig.run(LIST);
    await rig.run(LIST);
    expect(await rig.stillParked()).toEqual(['one', 'two', 'other']);
  });

  test('leaves everything visible after an error in the middle', async () => {
    for (let i = 0; i < 12; i++) await rig.park(`body ${i}`, `group-${i}`);
    const { failure } = await rig.run(LIST, { client: failingAt('ReceiveMessageCommand', 2) });
    expect(failure).toMatchObject({ message: 'died at ReceiveMessageCommand' });
    expect(await rig.counts(rig.deadLetterQueue)).toEqual({ visible: 12, hidden: 0 });
  });

  test('leaves everything visible when it is interrupted', async () => {
    await rig.park('one', 'a');
    const { failure, printed } = await rig.run(LIST, { signal: AbortSignal.abort() });
    expect(failure).toEqual(new ParkedError('interrupted'));
    expect(printed).toBe('');
    expect(await rig.counts(rig.deadLetterQueue)).toEqual({ visible: 1, hidden: 0 });
  });

  test('hands hundreds back', async () => {
    for (let i = 0; i < 210; i++) await rig.park(eventOf(`e-${i}`), `group-${i}`);
    const { printed, notes } = await rig.run(LIST);
    expect(printed.split('\n')).toHaveLength(211);
    expect(notes).toBe('');
    expect(await rig.counts(rig.deadLetterQueue)).toEqual({ visible: 210, hidden: 0 });
  });

  test('says when there are more than it looks at', async () => {
    for (let i = 0; i < 25; i++) await rig.park(`body ${i}`, `group-${i}`);
    const { printed, notes } = await rig.run(LIST, { limits: { messages: 20, milliseconds: 60_000 } });
    expect(printed.split('\n')).toHaveLength(21);
    expect(notes).toMatch(/^About 5 more are parked, out of sight: .* 20 in all/);
    expect(await rig.counts(rig.deadLetterQueue)).toEqual({ visible: 25, hidden: 0 });
  });

  test('stops before the first messages would show again', async () => {
    await rig.park('one', 'a');
    expect((await rig.run(LIST, { limits: { messages: 20, milliseconds: 0 } })).notes).toMatch(
      /^About 1 more/,
    );
  });

  test('shows once what becomes visible under its hands, and hands it back', async () => {
    await rig.park('one', 'a');
    const other = await openParkedQueue(rig.client, rig.deadLetterQueue, 0);
    const handles: string[] = [];
    const proxy = await startProxy(rig.sqs.origin, {
      before: async (operation) => {
        if (operation === 'ReceiveMessage' && handles.length === 1) await other.handBack(handles);
      },
      change: (answer) => {
        handles.push(...(/(?<="ReceiptHandle":")[^"]+/.exec(answer) ?? []));
        return answer;
      },
    });
    const client = new SQSClient(clientConfig(proxy.origin));
    const { printed, notes } = await rig.run(LIST, { client });
    expect(handles).toHaveLength(2);
    client.destroy();
    await proxy.close();
    expect(printed.split('\n')).toHaveLength(2);
    expect(notes).toBe('');
    expect(await rig.counts(rig.deadLetterQueue)).toEqual({ visible: 1, hidden: 0 });
  });

  test('says when SQS hides some of a group behind others of it', async () => {
    for (let i = 0; i < 11; i++) await rig.park(`body ${i}`, 'one-group');
    const { printed, notes } = await rig.run(LIST);
    expect(printed.split('\n')).toHaveLength(11);
    expect(notes).toMatch(/^About 1 more/);
  });

  test('says when somebody else holds some', async () => {
    await rig.park('one', 'a');
    await rig.stillParked();
    await rig.park('two', 'b');
    const { printed, notes } = await rig.run(LIST);
    expect(printed.split('\n')).toHaveLength(2);
    expect(notes).toMatch(/^About 1 more/);
  });

  test('shows what SQS itself moved as such', async () => {
    await rig.moveBySqs(eventOf('e-1'));
    const { printed } = await rig.run(LIST_JSON);
    expect(JSON.parse(printed)).toMatchObject([
      {
        owner: 'unknown',
        code: 'moved-by-sqs',
        reason: 'moved by SQS: its function died each time',
        attempts: null,
        firstReceivedAt: null,
        source: 'bamboohr',
        eventId: 'e-1',
        parkedAt: expect.stringMatching(/^20\d\d-.*Z$/) as unknown,
      },
    ]);
    expect((await rig.run(LIST)).printed).toMatch(
      / unknown +moved-by-sqs +bamboohr +employee\.hired +- +moved/,
    );
  });

  test('shows a message that is no event, and one that is not JSON', async () => {
    await rig.park('{"id": 7}', 'a', { code: 'message-unreadable' });
    await rig.park('<html>', 'b', { code: 'message-unreadable' });
    const found: unknown = JSON.parse((await rig.run(LIST_JSON)).printed);
    const unreadable = { code: 'message-unreadable', source: null, type: null, subject: null, eventId: null };
    expect(found).toMatchObject([unreadable, unreadable]);
  });
});

describe('show', () => {
  test('tells everything, the event whole, and leaves it parked', async () => {
    await rig.park(eventOf('e-1'), 'a');
    const [id = ''] = await rig.ids();
    const { printed } = await rig.run(showOf(id.slice(0, 8)));
    const [head = '', event = ''] = printed.split('\n\n');
    expect(head.split('\n')).toEqual([
      `id              ${id}`,
      'parked          2026-11-21T09:30:00.000Z',
      'first received  2026-11-20T08:00:00.000Z',
      'attempts        3',
      'owner           event',
      'code            not-found',
      'reason          there is no user 1009',
    ]);
    expect(JSON.parse(event)).toEqual(JSON.parse(eventOf('e-1')));
    expect(await rig.stillParked()).toEqual([eventOf('e-1')]);
  });

  test('as JSON', async () => {
    await rig.park(eventOf('e-1'), 'a');
    const [id = ''] = await rig.ids();
    const { printed } = await rig.run({ name: 'show', id, json: true });
    expect(JSON.parse(printed)).toMatchObject({ id, owner: 'event', event: { id: 'e-1' } });
  });

  test('of what is not JSON', async () => {
    await rig.park('<html>', 'a');
    const [id = ''] = await rig.ids();
    expect((await rig.run(showOf(id))).printed).toMatch(/\n\nnot JSON: "<html>"$/);
  });

  test('of an id that is not there', async () => {
    await rig.park('one', 'a');
    expect((await rig.run(showOf('00000000-aaaa'))).failure).toEqual(
      new ParkedError('00000000-aaaa is not among the 1 parked messages.'),
    );
    expect(await rig.stillParked()).toEqual(['one']);
  });

  test('of a beginning that two ids share: names both', async () => {
    await rig.park('one', 'a');
    await rig.park('two', 'b');
    const ids = (await rig.ids()).map((id) => `abcdef12${id.slice(8)}`);
    const proxy = await startProxy(rig.sqs.origin, {
      change: (answer) => answer.replaceAll(/"MessageId":"[0-9a-f]{8}/g, '"MessageId":"abcdef12'),
    });
    const client = new SQSClient(clientConfig(proxy.origin));
    expect((await rig.run(showOf('abcdef12'), { client })).failure).toEqual(
      new ParkedError(`abcdef12 is the beginning of ${ids[0]} and of ${ids[1]}: give more of it`),
    );
    expect((await rig.run(showOf(ids[1] ?? ''), { client })).printed).toContain('not JSON: "two"');
    const listed = (await rig.run(LIST, { client })).printed;
    for (const id of ids) expect(listed).toContain(`\n${id}  `);
    client.destroy();
    await proxy.close();
  });
});

describe('redrive', () => {
  test('one: the same body in the same group on the queue, and no longer parked', async () => {
    await rig.park(eventOf('e-1'), 'group-a');
    await rig.park(eventOf('e-2'), 'group-b');
    const [, id = ''] = await rig.ids();
    const { notes, failure } = await rig.run(redriveOf(id.slice(0, 8)));
    expect(failure).toBe(undefined);
    const [message, ...more] = await rig.receiveMain();
    expect(more).toEqual([]);
    expect(message).toMatchObject({ Body: eventOf('e-2'), Attributes: { MessageGroupId: 'group-b' } });
    expect(message?.MessageAttributes).toBe(undefined);
    expect(notes).toBe(`redriven ${id} as ${message?.MessageId}: bamboohr employee.hired`);
    expect(await rig.stillParked()).toEqual([eventOf('e-1')]);
  });

  test('all: more than one can see at a time, each group in its order', async () => {
    const sent = Array.from({ length: 23 }, (_, i) => ({
      body: `${i}`,
      group: i % 2 === 0 ? 'even' : 'odd',
    }));
    for (const { body, group } of sent) await rig.park(body, group);
    const { printed } = await rig.run(REDRIVE_ALL);
    expect(printed).toBe('23 redriven.');
    expect(await rig.counts(rig.deadLetterQueue)).toEqual({ visible: 0, hidden: 0 });
    expect(await rig.counts(rig.queue)).toEqual({ visible: 23, hidden: 0 });
    const order: Record<string, (string | undefined)[]> = {};
    for (;;) {
      const messages = await rig.receiveMain();
      if (messages.length === 0) break;
      for (const { Body, Attributes } of messages)
        (order[Attributes?.MessageGroupId ?? ''] ??= []).push(Body);
      await rig.remove(messages);
    }
    expect(order).toEqual({
      even: ['0', '2', '4', '6', '8', '10', '12', '14', '16', '18', '20', '22'],
      odd: ['1', '3', '5', '7', '9', '11', '13', '15', '17', '19', '21'],
    });
  });

  test('within five minutes again: SQS does not swallow it', async () => {
    for (const messageId of ['first', 'second']) {
      await rig.park('same', 'a', {}, messageId);
      await rig.run(REDRIVE_ALL);
      const messages = await rig.receiveMain();
      expect(messages.map(({ Body }) => Body)).toEqual(['same']);
      await rig.remove(messages);
    }
  });

  test('nothing', async () => {
    expect(await rig.run(REDRIVE_ALL)).toEqual({
      printed: 'Nothing is parked.',
      notes: '',
      failure: undefined,
    });
  });

  test.each([
    ['one', (id: string) => redriveOf(id)],
    ['all', () => REDRIVE_ALL],
  ])('%s, and dies between sending and deleting: on the queue, and parked still', async (_, command) => {
    await rig.park('one', 'a');
    await rig.park('two', 'a');
    const [id = ''] = await rig.ids();
    const { failure } = await rig.run(command(id), { client: failingAt('DeleteMessageCommand', 1) });
    expect(failure).toMatchObject({
      name: 'ParkedError',
      message: `${id} was put back on the queue, but is parked still; a second redrive does no harm`,
    });
    expect(await rig.onMain()).toEqual(['one']);
    expect(await rig.stillParked()).toEqual(['one', 'two']);
  });

  test('all, and dies before sending the second: that and all behind it stay parked', async () => {
    for (const body of ['one', 'two', 'three']) await rig.park(body, 'a');
    const { failure, printed } = await rig.run(REDRIVE_ALL, { client: failingAt('SendMessageCommand', 2) });
    expect(failure).toMatchObject({ message: 'died at SendMessageCommand' });
    expect(printed).toBe('1 redriven.');
    expect(await rig.onMain()).toEqual(['one']);
    expect(await rig.stillParked()).toEqual(['two', 'three']);
  });

  test('all, and interrupted: the one in work is finished, the others stay parked', async () => {
    for (const body of ['one', 'two', 'three']) await rig.park(body, 'a');
    const stopping = new AbortController();
    const proxy = await startProxy(rig.sqs.origin, {
      before: (operation) => {
        if (operation === 'SendMessage') stopping.abort();
      },
    });
    const client = new SQSClient(clientConfig(proxy.origin));
    const { failure, printed } = await rig.run(REDRIVE_ALL, { client, signal: stopping.signal });
    client.destroy();
    await proxy.close();
    expect(failure).toEqual(new ParkedError('interrupted'));
    expect(printed).toBe('1 redriven.');
    expect(await rig.onMain()).toEqual(['one']);
    expect(await rig.stillParked()).toEqual(['two', 'three']);
  });

  test('all: what is parked again meanwhile does not go round for ever', async () => {
    await rig.park('hopeless', 'a');
    await rig.park('fine', 'b');
    // As a `deliver` that parks at once what cannot be helped.
    const proxy = await startProxy(rig.sqs.origin, {
      before: async (operation) => {
        if (operation !== 'ReceiveMessage') return;
        for (const { Body = '', MessageId } of await rig.receiveMain())
          if (Body === 'hopeless') await rig.park(Body, 'a', {}, MessageId);
      },
    });
    const client = new SQSClient(clientConfig(proxy.origin));
    const { printed, failure } = await rig.run(REDRIVE_ALL, { client });
    client.destroy();
    await proxy.close();
    expect(failure).toBe(undefined);
    expect(printed).toBe('2 redriven, 1 of them parked again already.');
    expect(await rig.stillParked()).toEqual(['hopeless']);
  });

  test('of what SQS itself moved', async () => {
    await rig.moveBySqs(eventOf('e-1'));
    expect((await rig.run(REDRIVE_ALL)).printed).toBe('1 redriven.');
    expect(await rig.onMain()).toEqual([eventOf('e-1')]);
    expect(await rig.counts(rig.deadLetterQueue)).toEqual({ visible: 0, hidden: 0 });
  });

  test('to another queue than its own', async () => {
    await rig.park('one', 'a');
    const { failure } = await rig.run({ name: 'redrive', id: undefined, to: rig.otherQueue });
    expect(failure).toBe(undefined);
    expect([await rig.counts(rig.queue), await rig.counts(rig.otherQueue)]).toEqual([
      { visible: 0, hidden: 0 },
      { visible: 1, hidden: 0 },
    ]);
  });
});

describe('drop', () => {
  test('prints it whole, then deletes it, and says why', async () => {
    await rig.park(eventOf('e-1'), 'a');
    await rig.park(eventOf('e-2'), 'a');
    const [id = ''] = await rig.ids();
    const { printed, notes } = await rig.run(dropOf(id.slice(0, 8)));
    expect(JSON.parse(printed)).toMatchObject({ id, reason: 'there is no user 1009' });
    expect(printed).toContain(`,"event":${eventOf('e-1')}}`);
    expect(notes).toBe(`dropped ${id} (event, not-found): left the company`);
    expect(await rig.stillParked()).toEqual([eventOf('e-2')]);
    expect(await rig.onMain()).toEqual([]);
  });

  test('deletes nothing that nobody got to keep', async () => {
    await rig.park('one', 'a');
    const [id = ''] = await rig.ids();
    const { failure } = await rig.run(dropOf(id), {
      terminal: {
        print: () => Promise.reject(new Error('no space left')),
        note: () => undefined,
        columns: undefined,
      },
    });
    expect(failure).toMatchObject({ message: 'no space left' });
    expect(await rig.stillParked()).toEqual(['one']);
  });

  test('of an id that is not there deletes nothing', async () => {
    await rig.park('one', 'a');
    expect((await rig.run(dropOf('00000000'))).failure).toBeInstanceOf(ParkedError);
    expect(await rig.stillParked()).toEqual(['one']);
  });
});

test('a queue that has a dead-letter queue is none: its events are not touched', async () => {
  await expect(openParkedQueue(rig.client, rig.queue, 0)).rejects.toMatchObject({
    name: 'UsageError',
    message: `${rig.queue} has a dead-letter queue behind it: that one's URL is wanted`,
  });
});

test('a dead-letter queue of none: --to is asked for', async () => {
  const queue = await openParkedQueue(rig.client, rig.otherQueue, 0);
  await expect(queue.queueBefore()).rejects.toMatchObject({
    name: 'UsageError',
    message: `${rig.otherQueue} is the dead-letter queue of no queue: --to URL says where to redrive`,
  });
});
