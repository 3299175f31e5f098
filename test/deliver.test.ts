import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { anEvent, startRig, supportRule, TOKEN } from './support/rig.ts';
import type { Rig } from './support/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

const done = { batchItemFailures: [] };
/** On a queue's agents. */
const calls = (method: string) =>
  rig.simulator.requests.filter((request) => request.method === method && request.path.endsWith('/agents'));
const agents = (queue = '3000') => rig.simulator.agents(queue).map((agent) => agent['callqueue-agent-id']);
const outcomes = async () => (await rig.journal()).flatMap((entry) => entry.outcomes);
const held = (...records: { messageId: string }[]) => ({
  batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })),
});
const delays = () =>
  rig.lines.flatMap((line) => (line['message'] === 'an event waits' ? [line['delaySeconds']] : []));

describe('an event that a rule wants', () => {
  it('reads the agents, adds the agent, and says so', async () => {
    const records = await rig.queued(anEvent('e1'));
    expect(await rig.deliver(records)).toEqual(done);
    expect(
      rig.simulator.requests.map(({ method, path, body, status }) => ({ method, path, body, status })),
    ).toEqual([
      { method: 'GET', path: '/domains/acme.example/callqueues/3000', body: undefined, status: 200 },
      { method: 'GET', path: '/domains/acme.example/callqueues/3000/agents', body: undefined, status: 200 },
      {
        method: 'POST',
        path: '/domains/acme.example/callqueues/3000/agents',
        body: { 'callqueue-agent-id': '1000@acme.example', 'callqueue-agent-availability-type': 'manual' },
        status: 202,
      },
    ]);
    expect(await outcomes()).toMatchObject([
      { outcome: 'added', rule: 'Support', queue: '3000', agent: '1000@acme.example' },
    ]);
  });

  it('is a duplicate when it comes again, and NetSapiens hears nothing of it', async () => {
    await rig.deliver(await rig.queued(anEvent('e1')));
    const before = rig.simulator.requests.length;
    await rig.deliver(await rig.queued(anEvent('e1')));
    expect(rig.simulator.requests).toHaveLength(before);
    expect((await outcomes()).map(({ outcome, code }) => [outcome, code]).sort()).toEqual([
      ['added', 'agent-added'],
      ['duplicate', 'delivered-before'],
    ]);
  });

  it('is flagged when its id comes again with other content', async () => {
    await rig.deliver(await rig.queued(anEvent('e1')));
    const other = anEvent('e1', {
      data: { person: { id: '1000', extension: '1000', department: 'Support' }, payload: { x: 1 } },
    });
    await rig.deliver(await rig.queued(other));
    expect((await outcomes()).map(({ code }) => code).sort()).toEqual([
      'agent-added',
      'delivered-before-with-other-content',
    ]);
  });

  it('finds a person who is there already, whatever the case of the id, and sends nothing', async () => {
    await rig.close();
    rig = await startRig({
      simulator: {
        queues: [
          {
            callqueue: '3000',
            description: 'Support',
            agents: [
              { 'callqueue-agent-id': '1000@ACME.example', 'callqueue-agent-availability-type': 'automatic' },
            ],
          },
        ],
      },
    });
    await rig.deliver(await rig.queued(anEvent('e1')));
    expect(calls('POST')).toEqual([]);
    expect(await outcomes()).toMatchObject([{ outcome: 'already-member', code: 'already-on-queue' }]);
  });

  it('reads a queue once for a batch, and sees what the batch itself has added', async () => {
    const same = anEvent('e3', { subject: 'another source of the same person' });
    await rig.deliver(await rig.queued(anEvent('e1'), anEvent('e2', { extension: '1001' }), same));
    expect(calls('GET')).toHaveLength(1);
    expect(calls('POST')).toHaveLength(2);
    expect((await outcomes()).map(({ outcome }) => outcome).sort()).toEqual([
      'added',
      'added',
      'already-member',
    ]);
    expect(rig.simulator.overwrites).toEqual([]);
  });
});

describe('two events about one person, in two containers at once', () => {
  const other = () => anEvent('e2', { subject: 'the same person, of another source' });

  it('add the agent once: the second waits, and then finds a member', async () => {
    let release: () => void = () => undefined;
    const held1 = new Promise<void>((resolve) => (release = resolve));
    rig.simulator.misbehave({ when: { method: 'POST' }, how: { hold: held1 } });
    const first = rig.deliver(await rig.queued(anEvent('e1')));
    await expect.poll(() => calls('POST').length).toBe(1);

    const records = await rig.queued(other());
    expect(await rig.deliver(records, rig.another())).toEqual(held(...records));
    expect(calls('POST')).toHaveLength(1);
    release();
    expect(await first).toEqual(done);
    expect(await rig.deliver(records, rig.another())).toEqual(done);
    expect((await outcomes()).map(({ outcome }) => outcome).sort()).toEqual(['added', 'already-member']);
    expect(rig.simulator.overwrites).toEqual([]);
  });

  it('do not rely on agents that were read before the other came', async () => {
    const [first, second] = [await rig.queued(anEvent('e1')), await rig.queued(other())];
    // The second container reads the empty queue, and is then overtaken.
    let release: () => void = () => undefined;
    rig.simulator.misbehave({
      when: { method: 'GET', path: /agents$/ },
      how: { hold: new Promise<void>((resolve) => (release = resolve)), written: true },
    });
    const overtaken = rig.deliver(second, rig.another());
    await expect.poll(() => calls('GET').length).toBe(1);
    expect(await rig.deliver(first)).toEqual(done);
    release();
    expect(await overtaken).toEqual(held(...second));
    rig.clock.now += 150_000;
    expect(await rig.deliver(second, rig.another())).toEqual(done);
    expect(calls('POST')).toHaveLength(1);
    expect((await outcomes()).map(({ outcome }) => outcome).sort()).toEqual(['added', 'already-member']);
    expect(rig.simulator.overwrites).toEqual([]);
  });

  it('wait for a write in doubt to show', async () => {
    rig.simulator.misbehave({ when: { method: 'POST' }, how: { status: 504 } });
    await rig.deliver(await rig.queued(anEvent('e1')));
    const records = await rig.queued(other());
    expect(await rig.deliver(records, rig.another())).toEqual(held(...records));
    rig.clock.now += 150_000;
    expect(await rig.deliver(records, rig.another())).toEqual(done);
    expect(calls('POST')).toHaveLength(2);
    expect(agents()).toEqual(['1000@acme.example']);
  });
});

describe('an event that nobody wants', () => {
  it('is ignored, with the reason of each rule', async () => {
    const sales = anEvent('e1', { data: { person: { department: 'Sales' }, payload: {} } });
    expect(await rig.deliver(await rig.queued(sales))).toEqual(done);
    expect(await outcomes()).toEqual([
      { outcome: 'ignored', code: 'no-rule-wants-it', reason: '"Support": its `when` is false' },
    ]);
    expect(rig.simulator.requests).toEqual([]);
  });

  it('is parked where nobody could know what it is', async () => {
    const odd = anEvent('e1', {
      type: 'hr.unrecognized',
      data: { unrecognized: 'employees: is missing', payload: { odd: true } },
    });
    expect(await rig.deliver(await rig.queued(odd))).toEqual(done);
    expect(await rig.parked()).toMatchObject([
      {
        body: JSON.stringify(odd),
        owner: 'event',
        code: 'payload-unrecognized',
        reason: expect.stringContaining('employees: is missing'),
      },
    ]);
  });
});

describe('parking', () => {
  it('keeps the whole event, the reason, and whose fault it is', async () => {
    const event = anEvent('e1');
    rig.simulator.misbehave({ when: { method: 'POST' }, how: { status: 400 } });
    expect(await rig.deliver(await rig.queued(event))).toEqual(done);
    const parked = await rig.parked();
    expect(parked).toEqual([
      {
        body: JSON.stringify(event),
        code: 'request-refused',
        owner: 'configuration',
        reason: expect.stringMatching(/^NetSapiens answered 400/),
        attempts: '1',
        firstReceivedAt: new Date(rig.clock.now).toISOString(),
        parkedAt: new Date(rig.clock.now).toISOString(),
      },
    ]);
    expect(await outcomes()).toMatchObject([
      {
        outcome: 'parked',
        owner: 'configuration',
        queue: '3000',
        description: 'Support',
        agent: '1000@acme.example',
      },
    ]);
  });

  test.each(['not JSON', '{"specversion":"1.0"}', '{"id":{"length":{"toString":null}}}', '[]', 'null'])(
    'takes a message that is no event of ours: %s',
    async (body) => {
      expect(await rig.deliver(await rig.queued(body))).toEqual(done);
      expect(await rig.parked()).toMatchObject([{ body, owner: 'event', code: 'message-unreadable' }]);
    },
  );

  it('does what can be done, and parks the rest', async () => {
    await rig.close();
    rig = await startRig({
      rules: [supportRule, { ...supportRule, name: 'Broken', when: "{% $number('x') %}" }],
    });
    await rig.deliver(await rig.queued(anEvent('e1')));
    expect((await outcomes()).map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ['Support', 'added'],
      ['Broken', 'parked'],
    ]);
    expect(await rig.parked()).toMatchObject([{ code: 'expression-failed', owner: 'configuration' }]);
  });
});

describe('trouble', () => {
  it('waits, with nothing sent twice, when the POST is answered by a 500', async () => {
    rig.simulator.misbehave({ when: { method: 'POST' }, how: { status: 500, written: true } });
    const records = await rig.queued(anEvent('e1'));
    expect(await rig.deliver(records)).toEqual(held(...records));
    expect(delays()).toEqual([30]);
    expect(await outcomes()).toMatchObject([{ outcome: 'retrying', owner: 'netsapiens' }]);
    expect(await rig.deliver(records)).toEqual(done);
    expect(await outcomes()).toMatchObject([{ outcome: 'added', code: 'found-after-doubt' }]);
    expect(calls('POST')).toHaveLength(1);
    expect(rig.simulator.overwrites).toEqual([]);
  });

  test.each([
    ['500, not written', { status: 500 }],
    ['502 in HTML', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['429', { status: 429 }],
    ['a connection that breaks before', { reset: 'before' }],
    ['a connection that breaks after', { reset: 'after' }],
    ['an error in a 200', { code: 503 }],
  ] as const)('%s: one more attempt adds the agent, once', async (_, how) => {
    rig.simulator.misbehave({ when: { method: 'POST' }, how });
    const records = await rig.queued(anEvent('e1'));
    expect(await rig.deliver(records)).toEqual(held(...records));
    expect(await rig.deliver(records)).toEqual(done);
    expect(await outcomes()).toMatchObject([{ outcome: 'added' }]);
    expect(agents()).toEqual(['1000@acme.example']);
    expect(rig.simulator.overwrites).toEqual([]);
  });

  it('believes a 200 whose body is a page or is cut off only when the agent is there', async () => {
    rig.simulator.misbehave({
      when: { method: 'POST' },
      how: { status: 200, body: '<html>welcome</html>', written: true },
    });
    await rig.deliver(await rig.queued(anEvent('e1')));
    expect(await outcomes()).toMatchObject([{ outcome: 'added' }]);
  });

  test.each(['conflict', 'exists'] as const)(
    'takes "%s" for a member who came in between',
    async (alreadyThere) => {
      await rig.close();
      rig = await startRig({ simulator: { alreadyThere } });
      await rig.deliver(await rig.queued(anEvent('e1')));
      // Another event about the same person, while the read shows an old state.
      rig.clock.now += 150_000;
      rig.simulator.misbehave({
        when: { method: 'GET', path: /agents$/ },
        times: 2,
        how: { status: 200, body: [] },
      });
      await rig.deliver(await rig.queued(anEvent('e2')));
      expect((await outcomes()).map(({ outcome }) => outcome).sort()).toEqual(['added', 'already-member']);
    },
  );

  it('is not told as parked while another queue of the event is still tried', async () => {
    await rig.close();
    rig = await startRig({ rules: [{ ...supportRule, queues: ['4000', '3001'], waitFor: '0 days' }] });
    rig.simulator.misbehave({ when: { method: 'POST', path: /3001/ }, how: { status: 503 } });
    const records = await rig.queued(anEvent('e1'));
    expect(await rig.deliver(records)).toEqual(held(...records));
    expect((await outcomes()).map(({ queue, outcome }) => [queue, outcome])).toEqual([['3001', 'retrying']]);
    expect(await rig.parked()).toEqual([]);
    expect(await rig.deliver(records)).toEqual(done);
    expect((await outcomes()).map(({ queue, outcome }) => [queue, outcome])).toEqual([
      ['4000', 'parked'],
      ['3001', 'added'],
    ]);
  });

  it('honours Retry-After', async () => {
    rig.simulator.misbehave({
      when: { method: 'GET', path: /agents$/ },
      how: { status: 429, headers: { 'retry-after': '1800' } },
    });
    const records = await rig.queued(anEvent('e1'));
    await rig.deliver(records);
    expect(delays()).toEqual([1800]);
  });

  it('is patient for a day, then parks with the last reason', async () => {
    rig.simulator.misbehave({ times: 'always', how: { status: 503 } });
    const records = await rig.queued(anEvent('e1'));
    expect(await rig.deliver(records)).toEqual(held(...records));
    rig.clock.now += 86_399_000;
    expect(await rig.deliver(records)).toEqual(held(...records));
    rig.clock.now += 1_000;
    expect(await rig.deliver(records)).toEqual(done);
    expect(await rig.parked()).toMatchObject([
      {
        owner: 'netsapiens',
        code: 'netsapiens-unavailable',
        reason: expect.stringMatching(/^NetSapiens answered 503/),
      },
    ]);
    expect(await outcomes()).toMatchObject([{ outcome: 'parked', owner: 'netsapiens' }]);
  });
});

describe('an event that is tried again for over an hour', () => {
  const overdue = () => rig.lines.filter((line) => line['EventOverdue'] === 1).length;

  it('is counted, from its own first trouble with NetSapiens on', async () => {
    const records = await rig.queued(anEvent('e1'));
    // It stood behind others for that long: no trouble of its own.
    rig.clock.now += 2 * 3_600_000;
    rig.simulator.misbehave({ times: 'always', how: { status: 503 } });
    await rig.deliver(records);
    rig.clock.now += 3_599_000;
    await rig.deliver(records);
    expect(overdue()).toBe(0);
    rig.clock.now += 1_000;
    await rig.deliver(records);
    expect(overdue()).toBe(1);
    expect(rig.lines.find((line) => line['EventOverdue'])).toMatchObject({
      messageId: records[0]?.messageId,
      attempts: 3,
    });
  });

  it.each<[what: string, break_: () => unknown]>([
    ['the token is refused', () => rig.secrets.put('token', 'nsd_wrong')],
    ['the ledger is gone', () => rig.dynamodb.close()],
  ])('is counted from its arrival on, where %s', async (_, break_) => {
    await break_();
    const records = await rig.queued(anEvent('e1'));
    rig.clock.now += 3_599_000;
    await rig.deliver(records);
    expect(overdue()).toBe(0);
    rig.clock.now += 1_000;
    await rig.deliver(records);
    expect(overdue()).toBe(1);
  });
});

describe('the order of a subject', () => {
  it('holds: who is behind a waiting event waits with it, others do not', async () => {
    rig.simulator.misbehave({ when: { method: 'POST' }, how: { status: 500 } });
    const records = await rig.queued(anEvent('e1'), anEvent('e2'), anEvent('e3', { extension: '1001' }));
    const [first, second] = records;
    if (!first || !second) throw new Error('the queue gave too little');
    expect(await rig.deliver(records)).toEqual(held(first, second));
    expect(agents()).toEqual(['1001@acme.example']);
    expect(await rig.deliver([first, second])).toEqual(done);
    expect(agents()).toEqual(['1001@acme.example', '1000@acme.example']);
  });

  it('holds when time runs out: nothing is begun that cannot be ended', async () => {
    rig.clock.remaining = 60_000;
    const records = await rig.queued(anEvent('e1'));
    expect(await rig.deliver(records)).toEqual(held(...records));
    expect(rig.simulator.requests).toEqual([]);
    expect(delays()).toEqual([0]);
  });
});

describe('the token', () => {
  it('is read afresh after a 401, and the call is made again', async () => {
    await rig.deliver(await rig.queued(anEvent('e1')));
    rig.simulator.tokens.clear();
    rig.simulator.tokens.set('nsd_new', 'full');
    rig.secrets.put('token', JSON.stringify({ token: 'nsd_new' }));
    expect(await rig.deliver(await rig.queued(anEvent('e2', { extension: '1001' })))).toEqual(done);
    expect(agents()).toEqual(['1000@acme.example', '1001@acme.example']);
  });

  it('at fault holds the events and raises its own metric; when it is mended they flow', async () => {
    rig.secrets.put('token', 'nsd_wrong');
    const records = await rig.queued(anEvent('e1'));
    rig.clock.now += 5 * 86_400_000;
    expect(await rig.deliver(records)).toEqual(held(...records));
    expect(await rig.parked()).toEqual([]);
    expect(rig.lines).toContainEqual(expect.objectContaining({ CredentialRefused: 1 }));
    rig.secrets.put('token', TOKEN);
    expect(await rig.deliver(records)).toEqual(done);
    expect(agents()).toEqual(['1000@acme.example']);
  });

  test.each([
    ['is out of reach', () => rig.secrets.trouble('down')],
    ['holds no token yet', () => rig.secrets.put('token', '{"token":"","unused":"x"}')],
    ['has no value', () => rig.secrets.put('token', undefined)],
  ])('whose secret %s is nobody’s event’s fault', async (_, break_) => {
    break_();
    const records = await rig.queued(anEvent('e1'));
    expect(await rig.deliver(records)).toEqual(held(...records));
    expect(rig.simulator.requests).toEqual([]);
    rig.secrets.trouble(undefined);
    rig.secrets.put('token', `${TOKEN}\n`);
    expect(await rig.deliver(records)).toEqual(done);
    expect(agents()).toEqual(['1000@acme.example']);
  });
});

describe('a function that dies', () => {
  it('after the POST: the next one finds the agent, and says that it was added', async () => {
    let release: (() => void) | undefined;
    const never = new Promise<void>((resolve) => (release = resolve));
    rig.simulator.misbehave({ when: { method: 'POST' }, how: { hold: never, written: true } });
    const records = await rig.queued(anEvent('e1'));
    const dead = rig.deliver(records);
    await expect.poll(() => agents()).toEqual(['1000@acme.example']);

    // Another container gets the message while the first may still be at work: it has to wait for its end.
    expect(await rig.deliver(records, rig.another())).toEqual(held(...records));
    expect(delays()).toEqual([150]);
    rig.clock.now += 150_000;
    expect(await rig.deliver(records, rig.another())).toEqual(done);
    expect(await outcomes()).toMatchObject([{ outcome: 'added', code: 'found-after-doubt' }]);
    expect(calls('POST')).toHaveLength(1);
    release?.();
    await dead;
  });

  it('before the POST: whoever is there by then was not added by us', async () => {
    let release: () => void = () => undefined;
    rig.simulator.misbehave({
      when: { method: 'GET', path: /agents$/ },
      how: { hold: new Promise<void>((resolve) => (release = resolve)) },
    });
    const records = await rig.queued(anEvent('e1'));
    const dead = rig.deliver(records).catch(() => undefined);
    await expect.poll(() => calls('GET').length).toBe(1);
    await fetch(`${rig.simulator.origin}/ns-api/v2/domains/acme.example/callqueues/3000/agents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: '{"callqueue-agent-id":"1000@acme.example"}',
    });
    rig.clock.now += 150_000;
    expect(await rig.deliver(records, rig.another())).toEqual(done);
    expect(await outcomes()).toMatchObject([{ outcome: 'already-member' }]);
    release();
    await dead;
  });

  it('after the ledger was told, before the message was deleted: the outcome is the same again', async () => {
    const records = await rig.queued(anEvent('e1'));
    await rig.deliver(records);
    await rig.deliver(records, rig.another());
    expect(await outcomes()).toMatchObject([{ outcome: 'added', code: 'agent-added' }]);
    expect(calls('POST')).toHaveLength(1);
  });
});

test('without the ledger nothing is sent', async () => {
  await rig.dynamodb.close();
  const records = await rig.queued(anEvent('e1'));
  expect(await rig.deliver(records)).toEqual(held(...records));
  expect(calls('GET')).toEqual([]);
  expect(calls('POST')).toEqual([]);
});

test('every entry of the ledger ends by itself, after 60 days', async () => {
  await rig.deliver(await rig.queued(anEvent('e1')));
  const items = await rig.items();
  expect(items).toHaveLength(3);
  for (const item of items)
    expect(Number(item['expires']?.N)).toBe(Math.floor(rig.clock.now / 1000) + 5_184_000);
});

test('no log line holds a secret or a person', async () => {
  const canary = {
    id: 'canary-id-4711',
    extension: '1000',
    department: 'Support',
    email: 'canary@acme.example',
    name: 'Canary Bird',
  };
  await rig.deliver(
    await rig.queued(
      anEvent('canary-event', { subject: 'canary@acme.example', data: { person: canary, payload: canary } }),
      anEvent('e2', {
        extension: '9999',
        data: { person: { ...canary, extension: '9999' }, payload: canary },
      }),
      '{"canary":',
    ),
  );
  rig.secrets.put('token', 'nsd_canary-token');
  expect(rig.lines.length).toBeGreaterThan(2);
  expect(JSON.stringify(rig.lines)).not.toMatch(/canary|9999|1000@|nsd_/i);
});
