/** Who is not there yet, and what is for a later day: deliver among real parts, on a clock in hand. */
import type { SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { Rule } from '../lambda/configuration.ts';
import type { QueuedEvent } from '../lambda/event.ts';
import { anEvent, startRig, supportRule, TOKEN } from './support/rig.ts';
import type { Rig } from './support/rig.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const byEmail: Rule = {
  name: 'Support',
  from: ['hr'],
  queues: ['3000'],
  agent: { find: { email: '{% person.email %}' }, 'callqueue-agent-availability-type': 'manual' },
};

const hire = (id: string, given: Partial<QueuedEvent> & { startDate?: string } = {}): QueuedEvent => {
  const { startDate, ...rest } = given;
  return anEvent(id, {
    subject: 'jane',
    data: { person: { email: 'Jane@acme.example', ...(startDate && { startDate }) }, payload: {} },
    ...rest,
  });
};

let rig: Rig;
const start = async (rules: Rule[], more: Parameters<typeof startRig>[0] = {}): Promise<void> => {
  await rig.close();
  rig = await startRig({ rules, ...more });
};
beforeEach(async () => {
  rig = await startRig({ rules: [byEmail] });
});
afterEach(() => rig.close());

const outcomes = async () => (await rig.journal()).flatMap((entry) => entry.outcomes);
const agents = (queue = '3000') => rig.simulator.agents(queue).map((agent) => agent['callqueue-agent-id']);
const done = { batchItemFailures: [] };
const held = (...records: SQSRecord[]) => ({
  batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })),
});
const delays = () =>
  rig.lines.flatMap((line) => (line['message'] === 'an event waits' ? [line['delaySeconds']] : []));
const one = async (records: Promise<SQSRecord[]>): Promise<SQSRecord> => {
  const [record, ...more] = await records;
  if (!record || more.length > 0) throw new Error(`expected one message, not ${record ? 'several' : 'none'}`);
  return record;
};
const appear = (email = 'jane@acme.example', user = '1100') =>
  rig.simulator.addUser({ user, 'email-address': `old@acme.example; ${email}` });

describe('a person known by an e-mail address alone', () => {
  it('is found among the users, and the outcome names queue and agent', async () => {
    appear();
    expect(await rig.deliver(await rig.queued(hire('e1')))).toEqual(done);
    expect(await outcomes()).toEqual([
      {
        outcome: 'added',
        rule: 'Support',
        queue: '3000',
        description: 'Support',
        agent: '1100@acme.example',
        code: 'agent-added',
        reason: 'NetSapiens added the agent',
      },
    ]);
    expect(agents()).toEqual(['1100@acme.example']);
  });

  it('joins with the one device, where the rule wants the device', async () => {
    await start([{ ...byEmail, agent: { ...byEmail.agent, as: 'device' } }]);
    rig.simulator.addUser({ user: '1100', 'email-address': 'jane@acme.example', devices: ['1100a'] });
    await rig.deliver(await rig.queued(hire('e1')));
    expect(agents()).toEqual(['sip:1100a@acme.example']);
  });

  it('is parked at once where two users have the address, with both extensions', async () => {
    appear();
    appear('JANE@acme.example', '1101');
    await rig.deliver(await rig.queued(hire('e1')));
    expect(await rig.parked()).toMatchObject([
      { code: 'person-ambiguous', owner: 'event', reason: expect.stringMatching(/1100, 1101/) },
    ]);
    expect(agents()).toEqual([]);
  });

  it('is parked at once where the event has no address', async () => {
    await rig.deliver(await rig.queued(anEvent('e1')));
    expect(await rig.parked()).toMatchObject([
      {
        code: 'agent-invalid',
        owner: 'event',
        reason: 'rule "Support": find.email came to nothing: nobody can be found by that',
      },
    ]);
  });
});

describe('a person who is not there yet', () => {
  it('waits on a queue of its own, holds up nobody, and joins when the user appears', async () => {
    expect(await rig.deliver(await rig.queued(hire('e1')))).toEqual(done);
    expect(await outcomes()).toMatchObject([
      {
        outcome: 'retrying',
        owner: 'event',
        code: 'person-not-found',
        queue: '3000',
        description: 'Support',
        reason: 'no user has the e-mail address "Jane@acme.example" yet',
      },
    ]);
    expect(rig.lines.filter(({ level }) => level !== 'info')).toEqual([]);

    // A later event of the same subject is not held up.
    appear('other@acme.example', '1101');
    const other = hire('e2', { data: { person: { email: 'other@acme.example' }, payload: {} } });
    rig.clock.now += 60_000;
    expect(await rig.deliver(await rig.queued(other))).toEqual(done);
    expect(agents()).toEqual(['1101@acme.example']);

    const waiter = await one(rig.waiting());
    const before = rig.simulator.requests.length;
    expect(await rig.deliver([waiter])).toEqual(held(waiter));
    // Sent 60 s ago, due 150 s after that (half of five minutes): nothing is asked before.
    expect(delays()).toEqual([91]);
    expect(rig.simulator.requests).toHaveLength(before);

    rig.clock.now += 91_000;
    expect(await rig.deliver([waiter])).toEqual(held(waiter));
    appear();
    rig.clock.now += 2 * HOUR;
    expect(await rig.deliver([waiter])).toEqual(done);
    expect(agents()).toEqual(['1101@acme.example', '1100@acme.example']);
    expect((await rig.journal()).map(({ id, outcomes: [outcome] }) => [id, outcome?.['outcome']])).toEqual(
      expect.arrayContaining([
        ['e1', 'added'],
        ['e2', 'added'],
      ]),
    );
    expect(await rig.waiting()).toEqual([]);
  });

  it('is overdue by a fault that lasts, not by the wait', async () => {
    const overdue = () => rig.lines.filter((line) => line['EventOverdue'] === 1).length;
    await rig.deliver(await rig.queued(hire('e1')));
    const waiter = await one(rig.waiting());
    rig.clock.now += 2 * DAY;
    await rig.deliver([waiter]);
    rig.secrets.put('token', 'nsd_wrong');
    rig.clock.now += 3 * HOUR;
    expect(await rig.deliver([waiter])).toEqual(held(waiter));
    expect(overdue()).toBe(0);
    rig.secrets.put('token', TOKEN);
    rig.simulator.misbehave({ times: 'always', how: { status: 503 } });
    rig.clock.now += HOUR;
    await rig.deliver([waiter]);
    expect(overdue()).toBe(0);
    rig.clock.now += HOUR;
    await rig.deliver([waiter]);
    expect(overdue()).toBe(1);
  });

  it('is parked with the reason when the wait is over: seven days, or what the rule says', async () => {
    await start([byEmail, { ...byEmail, name: 'Short', queues: ['3001'], waitFor: '2 days' }]);
    const first = await rig.queued(hire('e1'));
    const firstReceivedAt = new Date(rig.clock.now).toISOString();
    await rig.deliver(first);
    const waiter = await one(rig.waiting());
    rig.clock.now += 2 * DAY - 1000;
    expect(await rig.deliver([waiter])).toEqual(held(waiter));
    expect(await rig.parked()).toEqual([]);

    rig.clock.now += 1000;
    expect(await rig.deliver([waiter])).toEqual(held(waiter));
    expect(await rig.parked()).toEqual([
      {
        body: JSON.stringify(hire('e1')),
        code: 'person-not-found',
        owner: 'event',
        reason: 'no user has the e-mail address "Jane@acme.example" yet',
        attempts: '2',
        firstReceivedAt,
        parkedAt: new Date(rig.clock.now).toISOString(),
      },
    ]);
    // What has ended is neither tried nor told again.
    rig.clock.now += 5 * DAY;
    expect(await rig.deliver([waiter])).toEqual(done);
    expect(await rig.parked()).toMatchObject([{ code: 'person-not-found' }]);
    expect((await outcomes()).map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ['Short', 'parked'],
      ['Support', 'parked'],
    ]);
    expect(
      rig.lines.filter(({ outcome }) => outcome === 'parked').map(({ rule, Outcomes }) => [rule, Outcomes]),
    ).toEqual([
      ['Short', 1],
      ['Support', 1],
    ]);
  });

  it('waits although the queue forgets: the message is sent anew in good time', async () => {
    await start([{ ...byEmail, waitFor: '60 days' }]);
    await rig.deliver(await rig.queued(hire('e1')));
    for (let week = 1; week <= 8; week += 1) {
      const waiter = await one(rig.waiting());
      rig.clock.now += 7 * DAY;
      expect(await rig.deliver([waiter])).toEqual(done);
    }
    appear();
    const waiter = await one(rig.waiting());
    rig.clock.now += HOUR;
    expect(await rig.deliver([waiter])).toEqual(done);
    expect(agents()).toEqual(['1100@acme.example']);
    expect(await rig.journal()).toHaveLength(1);
  });

  it('is waited for as well where the rule knows the extension', async () => {
    await start([supportRule]);
    await rig.deliver(await rig.queued(anEvent('e1', { extension: '9999' })));
    expect(await outcomes()).toMatchObject([
      { outcome: 'retrying', owner: 'event', code: 'person-not-found', agent: '9999@acme.example' },
    ]);
    const waiter = await one(rig.waiting());
    rig.simulator.addUser({ user: '9999' });
    rig.clock.now += HOUR;
    expect(await rig.deliver([waiter])).toEqual(done);
    expect(await outcomes()).toMatchObject([{ outcome: 'added' }]);
  });

  it('and was not added by us, where somebody else does it as soon as the user is there', async () => {
    await start([supportRule]);
    await rig.deliver(await rig.queued(anEvent('e1', { extension: '9999' })));
    const waiter = await one(rig.waiting());
    rig.simulator.addUser({ user: '9999' });
    await fetch(`${rig.simulator.origin}/ns-api/v2/domains/acme.example/callqueues/3000/agents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ 'callqueue-agent-id': '9999@acme.example' }),
    });
    rig.clock.now += HOUR;
    expect(await rig.deliver([waiter])).toEqual(done);
    expect(await outcomes()).toMatchObject([{ outcome: 'already-member' }]);
  });

  it('does not keep what else the event asks for from being done, or told', async () => {
    await start([
      byEmail,
      { ...supportRule, when: '{% true %}', name: 'By extension', queues: ['3001'] },
      { ...byEmail, name: 'Broken', when: "{% $number('x') %}" },
    ]);
    const event = hire('e1', {
      data: { person: { email: 'jane@acme.example', extension: '1000' }, payload: {} },
    });
    expect(await rig.deliver(await rig.queued(event))).toEqual(done);
    expect(agents('3001')).toEqual(['1000@acme.example']);
    expect(await rig.parked()).toMatchObject([{ code: 'expression-failed' }]);
    appear();
    const waiter = await one(rig.waiting());
    rig.clock.now += HOUR;
    expect(await rig.deliver([waiter])).toEqual(done);
    expect(await rig.parked()).toEqual([]);
    expect((await outcomes()).map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ['By extension', 'added'],
      ['Broken', 'parked'],
      ['Support', 'added'],
    ]);
    expect(
      rig.lines.filter(({ outcome, rule }) => outcome === 'added' && rule === 'By extension'),
    ).toHaveLength(1);
  });

  it('has a fault of NetSapiens in between forgiven, however long it has waited', async () => {
    await start([{ ...byEmail, waitFor: '30 days' }]);
    await rig.deliver(await rig.queued(hire('e1')));
    const waiter = await one(rig.waiting());
    rig.clock.now += 6 * DAY;
    rig.simulator.misbehave({ how: { status: 503 } });
    expect(await rig.deliver([waiter])).toEqual(held(waiter));
    expect(await rig.parked()).toEqual([]);
    appear();
    rig.clock.now += HOUR;
    expect(await rig.deliver([waiter])).toEqual(done);
    expect(agents()).toEqual(['1100@acme.example']);
  });
});

describe('the target', () => {
  it('is waited for where it is not there yet, and then looked at', async () => {
    await start([{ ...supportRule, queues: ['4000'] }]);
    await rig.deliver(await rig.queued(anEvent('e1')));
    expect(await outcomes()).toMatchObject([
      { outcome: 'retrying', code: 'queue-not-found', reason: 'there is no call queue 4000' },
    ]);
    const waiter = await one(rig.waiting());
    rig.simulator.addQueue({ callqueue: '4000', description: 'New line' });
    rig.clock.now += HOUR;
    await rig.deliver([waiter]);
    expect(await outcomes()).toMatchObject([{ outcome: 'added', description: 'New line' }]);
  });

  it('is refused where it is a parking slot', async () => {
    await start([{ ...supportRule, queues: ['700'] }]);
    rig.simulator.addQueue({
      callqueue: '700',
      description: 'Lot 1',
      'callqueue-dispatch-type': 'Call Park',
    });
    await rig.deliver(await rig.queued(anEvent('e1')));
    expect(await rig.parked()).toMatchObject([
      {
        code: 'queue-is-call-park',
        owner: 'configuration',
        reason: '700 Lot 1 is a parking slot (Call Park), no queue of people',
      },
    ]);
    expect(rig.simulator.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it('is told of when the same person is on it in the other form', async () => {
    await start([supportRule], {
      simulator: {
        users: [{ user: '1000', devices: ['1000a', '1000b'] }, { user: '1001' }],
        queues: [
          {
            callqueue: '3000',
            description: 'Support',
            agents: ['sip:1000a@acme.example', 'sip:1000b@acme.example'].map((id) => ({
              'callqueue-agent-id': id,
            })),
          },
        ],
      },
    });
    await rig.deliver(await rig.queued(anEvent('e1'), anEvent('e2', { extension: '1001' })));
    const warnings = (await outcomes()).map(({ agent, warning }) => [agent, warning]);
    expect(warnings).toHaveLength(2);
    expect(warnings).toEqual(
      expect.arrayContaining([
        [
          '1000@acme.example',
          'sip:1000a@acme.example, sip:1000b@acme.example is on the queue too, the same person in the other form: calls may ring twice',
        ],
        ['1001@acme.example', undefined],
      ]),
    );
  });
});

describe('a rule for a later day', () => {
  const onTheDay: Rule = {
    ...byEmail,
    on: '{% person.startDate %}',
    cancelWhen: "{% type = 'terminated' %}",
  };
  const MONDAY = Date.parse('2026-11-23T12:00:00Z');
  beforeEach(async () => {
    await start([onTheDay]);
    rig.clock.now = MONDAY;
    appear();
  });
  const wake = async (at: string) => {
    const waiter = await one(rig.waiting());
    rig.clock.now = Date.parse(at);
    return { waiter, answer: await rig.deliver([waiter]) };
  };

  it('joins on that day, at seven where the people are', async () => {
    await rig.deliver(await rig.queued(hire('e1', { startDate: '2026-11-30' })));
    expect(await outcomes()).toMatchObject([
      {
        outcome: 'retrying',
        code: 'day-not-come',
        reason: 'joins on 2026-11-30 at 7:00, Europe/London',
      },
    ]);
    // Nothing is asked of NetSapiens before.
    expect(rig.simulator.requests).toEqual([]);
    const { waiter, answer } = await wake('2026-11-30T06:59:59Z');
    expect(answer).toEqual(held(waiter));
    expect(delays()).toEqual([1]);
    rig.clock.now += 1000;
    expect(await rig.deliver([waiter])).toEqual(done);
    expect(agents()).toEqual(['1100@acme.example']);
  });

  it('joins at once where the day has come already', async () => {
    await rig.deliver(await rig.queued(hire('e1', { startDate: '2026-11-23' })));
    expect(agents()).toEqual(['1100@acme.example']);
  });

  it('waits for months, half a day at a time, on messages that are sent anew', async () => {
    await rig.deliver(await rig.queued(hire('e1', { startDate: '2027-05-03' })));
    let wakes = 0;
    while (rig.clock.now < Date.parse('2027-05-03T06:00:00Z')) {
      const waiter = await one(rig.waiting());
      rig.clock.now = Math.min(rig.clock.now + 8 * DAY, Date.parse('2027-05-03T06:00:00Z'));
      expect(await rig.deliver([waiter])).toEqual(done);
      wakes += 1;
    }
    expect(wakes).toBe(21);
    expect(agents()).toEqual(['1100@acme.example']);
    expect(await rig.journal()).toHaveLength(1);
  });

  it('follows a changed start date: the later event replaces the earlier plan', async () => {
    await rig.deliver(
      await rig.queued(hire('e1', { startDate: '2026-11-25', time: '2026-11-23T12:00:00Z' })),
    );
    const earlier = await one(rig.waiting());
    await rig.deliver(
      await rig.queued(hire('e2', { startDate: '2026-12-01', time: '2026-11-24T09:00:00Z' })),
    );
    const later = await one(rig.waiting());

    rig.clock.now = Date.parse('2026-11-25T07:00:00Z');
    expect(await rig.deliver([earlier])).toEqual(done);
    expect(agents()).toEqual([]);
    rig.clock.now = Date.parse('2026-12-01T07:00:00Z');
    expect(await rig.deliver([later])).toEqual(done);
    expect(agents()).toEqual(['1100@acme.example']);
    const ends = (await rig.journal()).map(({ id, outcomes: [end] }) => [
      id,
      end?.['outcome'],
      end?.['code'],
    ]);
    expect(ends).toEqual(
      expect.arrayContaining([
        ['e1', 'ignored', 'replaced-by-later-event'],
        ['e2', 'added', 'agent-added'],
      ]),
    );
  });

  it('is not fooled by an older event that comes late', async () => {
    await rig.deliver(
      await rig.queued(hire('e2', { startDate: '2026-12-01', time: '2026-11-24T09:00:00Z' })),
    );
    await rig.deliver(
      await rig.queued(hire('e1', { startDate: '2026-11-23', time: '2026-11-23T12:00:00Z' })),
    );
    expect(agents()).toEqual([]);
    await wake('2026-12-01T07:00:00Z');
    expect(agents()).toEqual(['1100@acme.example']);
  });

  it('is cancelled when the hire is withdrawn before the start', async () => {
    await rig.deliver(
      await rig.queued(hire('e1', { startDate: '2026-11-30', time: '2026-11-23T12:00:00Z' })),
    );
    const end = hire('e2', { type: 'terminated', time: '2026-11-24T12:00:00Z' });
    await rig.deliver(await rig.queued(end));
    expect((await wake('2026-11-30T07:00:00Z')).answer).toEqual(done);
    expect(agents()).toEqual([]);
    const ends = (await rig.journal()).map(({ id, outcomes: [outcome] }) => [id, outcome?.['code']]);
    expect(ends).toEqual(
      expect.arrayContaining([
        ['e1', 'withdrawn'],
        ['e2', 'no-rule-wants-it'],
      ]),
    );
    // Who is hired again later is a new plan.
    await rig.deliver(
      await rig.queued(hire('e3', { startDate: '2026-11-30', time: '2026-11-29T12:00:00Z' })),
    );
    expect(agents()).toEqual(['1100@acme.example']);
  });

  it('cancels the wait for a person too', async () => {
    await start([{ ...byEmail, cancelWhen: "{% type = 'terminated' %}" }]);
    await rig.deliver(await rig.queued(hire('e1')));
    const waiter = await one(rig.waiting());
    await rig.deliver(await rig.queued(hire('e2', { type: 'terminated', time: '2026-11-24T12:00:00Z' })));
    appear();
    rig.clock.now += HOUR;
    expect(await rig.deliver([waiter])).toEqual(done);
    expect(agents()).toEqual([]);
  });

  it('waits for the person from that day on', async () => {
    await start([onTheDay]);
    rig.clock.now = MONDAY;
    await rig.deliver(await rig.queued(hire('e1', { startDate: '2026-11-29' })));
    const waiter = await one(rig.waiting());
    rig.clock.now = Date.parse('2026-12-06T06:59:00Z');
    // Thirteen days old, the message is renewed; the seven days of patience began on the day.
    expect(await rig.deliver([waiter])).toEqual(done);
    expect(await outcomes()).toMatchObject([{ outcome: 'retrying', code: 'person-not-found' }]);
    expect((await wake('2026-12-06T07:10:00Z')).answer).toEqual(done);
    expect(await rig.parked()).toMatchObject([{ code: 'person-not-found', owner: 'event' }]);
  });

  test.each([
    ['nothing', undefined, '`on` came to nothing: it must be a date as "2026-12-01"'],
    ['no date', '30 November', '`on` came to "30 November": it must be a date as "2026-12-01"'],
    ['too far off', '2206-11-30', 'the day, 2206-11-30 at 7:00, Europe/London, is more than two years off'],
  ])('parks at once what is %s', async (_, startDate, reason) => {
    await rig.deliver(await rig.queued(hire('e1', startDate === undefined ? {} : { startDate })));
    expect(await rig.parked()).toMatchObject([
      { code: 'day-invalid', owner: 'event', reason: expect.stringContaining(reason) },
    ]);
  });
});

test('a wait goes out of the way of a fault: what is retried soon is not moved to the waiting queue', async () => {
  await start([byEmail, { ...supportRule, when: '{% true %}', name: 'Other', queues: ['3001'] }]);
  rig.simulator.misbehave({ when: { method: 'POST' }, how: { status: 503 } });
  const event = hire('e1', { data: { person: { email: 'x@acme.example', extension: '1000' }, payload: {} } });
  const records = await rig.queued(event);
  expect(await rig.deliver(records)).toEqual(held(...records));
  expect(await rig.waiting()).toEqual([]);
  rig.clock.now += 60_000;
  expect(await rig.deliver(records)).toEqual(done);
  expect(agents('3001')).toEqual(['1000@acme.example']);
  expect(await rig.waiting()).toHaveLength(1);
});

test('with debug, every call carries the event’s ref', async () => {
  await start([byEmail], { configuration: { debug: true } });
  appear();
  await rig.deliver(await rig.queued(hire('e1')));
  const refs = rig.lines.flatMap(({ ref }) => (typeof ref === 'string' ? [ref] : []));
  expect(new Set(rig.simulator.requests.map(({ log }) => log))).toEqual(new Set(refs));
  expect(rig.simulator.requests.length).toBeGreaterThan(4);
});
