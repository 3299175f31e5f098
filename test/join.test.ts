import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { createMembers, failed } from '../lambda/join.ts';
import type { ReadVerdict } from '../lambda/netsapiens/answer.ts';
import { anEvent, startRig, supportRule, TOKEN } from './support/rig.ts';
import type { Rig } from './support/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

const GET = { method: 'GET', path: /agents$/ };
const POST = { method: 'POST' };
const ME = '1000@acme.example';
const about = { rule: 'Support', queue: '3000', agent: ME };
const posts = () => rig.simulator.requests.filter(({ method }) => method === 'POST').length;
const outcomes = async () => (await rig.journal()).flatMap((entry) => entry.outcomes);
/** The same person in an event of another source, which no earlier one holds up. */
const other = (id: string) => anEvent(id, { subject: id });
/** What a person reads in the journal of one event. */
const readingOf = async (id: string) =>
  (await rig.journal()).filter((entry) => entry.id === id).flatMap((entry) => entry.outcomes);
const delays = () =>
  rig.lines.flatMap((line) => (line['message'] === 'an event waits' ? [line['delaySeconds']] : []));
/** Somebody else adds the agent, in the portal. */
const addByHand = () =>
  fetch(`${rig.simulator.origin}/ns-api/v2/domains/acme.example/callqueues/3000/agents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ 'callqueue-agent-id': ME }),
  });

test('what is refused has ended; what is in disorder is tried again', () => {
  const said = { owner: 'netsapiens', code: 'netsapiens-unavailable', reason: 'it said so' } as const;
  expect(failed({ rule: 'Support' }, { kind: 'refused', ...said })).toEqual({
    outcome: { outcome: 'parked', rule: 'Support', ...said },
  });
  const verdict = { kind: 'try-again', fault: 'transient', inDoubt: false, notBefore: 7, ...said } as const;
  expect(failed({ rule: 'Support' }, verdict)).toEqual({
    outcome: { outcome: 'retrying', rule: 'Support', ...said },
    again: { fault: 'transient', notBefore: 7 },
  });
});

describe('what a person reads', () => {
  it('of an agent who was added, and of the same event once more', async () => {
    await rig.deliver(await rig.queued(anEvent('e1')));
    expect(await outcomes()).toMatchObject([
      { outcome: 'added', ...about, code: 'agent-added', reason: 'NetSapiens added the agent' },
    ]);
    await rig.deliver(await rig.queued(anEvent('e1')));
    await rig.deliver(await rig.queued(anEvent('e1', { subject: 'another' })));
    expect((await outcomes()).filter(({ outcome }) => outcome === 'duplicate')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          ...about,
          code: 'delivered-before',
          reason: 'this event was delivered before, and was added',
        }),
        expect.objectContaining({
          ...about,
          code: 'delivered-before-with-other-content',
          reason: 'an event of this id, but of other content, was delivered before, and was added',
        }),
      ]),
    );
  });

  it('of an agent who was there, and of the same event once more', async () => {
    await addByHand();
    await rig.deliver(await rig.queued(anEvent('e1')));
    expect(await outcomes()).toMatchObject([
      {
        outcome: 'already-member',
        ...about,
        code: 'already-on-queue',
        reason: 'the agent was on the queue already; nothing was sent',
      },
    ]);
    // Nothing was to be added, so there was no lease to ask for.
    expect((await rig.items()).map((item) => item['event']?.S)).toEqual(['hr#e1', 'hr#e1']);
    await rig.deliver(await rig.queued(anEvent('e1')));
    expect(await outcomes()).toContainEqual(
      expect.objectContaining({ reason: 'this event was delivered before, and was already-member' }),
    );
  });

  it('of an agent whom NetSapiens refuses as a member', async () => {
    await rig.close();
    rig = await startRig({ simulator: { alreadyThere: 'conflict' } });
    await addByHand();
    rig.simulator.misbehave({ when: GET, how: { status: 200, body: [] } });
    await rig.deliver(await rig.queued(anEvent('e1')));
    expect(await outcomes()).toMatchObject([
      {
        outcome: 'already-member',
        ...about,
        code: 'already-on-queue',
        reason: 'NetSapiens refused, as the agent was on the queue already',
      },
    ]);
    // Nothing was written, so that the next need not wait.
    await rig.deliver(await rig.queued(other('e2')), rig.another());
    expect(await readingOf('e2')).toMatchObject([{ outcome: 'already-member' }]);
  });

  it('of an attempt that another one stands in the way of', async () => {
    let release: () => void = () => undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    rig.simulator.misbehave({ when: POST, how: { hold } });
    const records = await rig.queued(anEvent('e1'));
    const first = rig.deliver(records);
    await expect.poll(posts).toBe(1);

    // The same event, half a second later: it waits until the first is surely over.
    rig.clock.now += 500;
    await rig.deliver(records, rig.another());
    expect(delays()).toEqual([150]);
    expect(await readingOf('e1')).toMatchObject([
      {
        outcome: 'retrying',
        owner: 'configuration',
        ...about,
        code: 'attempt-in-progress',
        reason: 'another attempt at this event is under way, or died',
      },
    ]);
    await rig.deliver(await rig.queued(other('e2')), rig.another());
    expect(await readingOf('e2')).toMatchObject([
      {
        outcome: 'retrying',
        owner: 'configuration',
        ...about,
        code: 'attempt-in-progress',
        reason: 'another event is adding this very agent',
      },
    ]);
    expect(posts()).toBe(1);
    release();
    await first;
  });

  it('of an agent found after an answer that was lost', async () => {
    rig.simulator.misbehave({ when: POST, how: { status: 504, written: true } });
    const records = await rig.queued(anEvent('e1'));
    await rig.deliver(records);
    await rig.deliver(records);
    expect(await outcomes()).toMatchObject([
      {
        outcome: 'added',
        ...about,
        code: 'found-after-doubt',
        reason: 'an earlier attempt had added the agent, its answer was lost',
      },
    ]);
  });
});

describe('doubt', () => {
  it('outlasts an attempt that could not even read', async () => {
    rig.simulator.misbehave({ when: POST, how: { status: 504, written: true } });
    const records = await rig.queued(anEvent('e1'));
    await rig.deliver(records);
    rig.simulator.misbehave({ when: GET, how: { status: 503 } });
    await rig.deliver(records);
    await rig.deliver(records);
    expect(await outcomes()).toMatchObject([{ outcome: 'added', code: 'found-after-doubt' }]);
    expect(posts()).toBe(1);
  });

  it('remains when the agents cannot be read after a strange answer', async () => {
    rig.simulator.misbehave({ when: POST, how: { status: 200, body: '<html>', written: true } });
    rig.simulator.misbehave({ when: GET, how: { status: 200, body: [] } });
    rig.simulator.misbehave({ when: GET, how: { status: 503 } });
    const records = await rig.queued(anEvent('e1'));
    await rig.deliver(records);
    expect(await outcomes()).toMatchObject([
      { outcome: 'retrying', reason: 'NetSapiens answered 503: Error' },
    ]);
    await rig.deliver(records);
    expect(await outcomes()).toMatchObject([{ outcome: 'added', code: 'found-after-doubt' }]);
    expect(posts()).toBe(1);
  });

  it('ends with a refusal: who is there afterwards was added by somebody else', async () => {
    const records = await rig.queued(anEvent('e1'));
    rig.simulator.misbehave({ when: POST, how: { status: 504 } });
    await rig.deliver(records);
    rig.simulator.misbehave({ when: POST, how: { status: 422 } });
    await rig.deliver(records);
    expect(await outcomes()).toMatchObject([
      { outcome: 'parked', owner: 'configuration', ...about, code: 'request-refused' },
    ]);
    await addByHand();
    // Redriven, it is a delivery of its own.
    await rig.deliver(await rig.queued(anEvent('e1')));
    expect(await outcomes()).toContainEqual(
      expect.objectContaining({ outcome: 'already-member', code: 'already-on-queue' }),
    );
  });

  it('does not come of a request that was surely not carried out', async () => {
    rig.simulator.misbehave({ when: POST, how: { status: 403 } });
    const records = await rig.queued(anEvent('e1'));
    await rig.deliver(records);
    await addByHand();
    await rig.deliver(records, rig.another());
    expect(await outcomes()).toMatchObject([{ outcome: 'already-member', code: 'already-on-queue' }]);
  });

  it('is settled in favour of others where the agent is there, and the lease was never ours', async () => {
    let release: () => void = () => undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    rig.simulator.misbehave({ when: GET, how: { hold } });
    const records = await rig.queued(anEvent('e1'));
    const dead = rig.deliver(records).catch(() => undefined);
    await expect.poll(() => rig.simulator.requests.length).toBe(2);
    await rig.deliver(await rig.queued(other('e2')), rig.another());
    rig.clock.now += 150_000;
    await rig.deliver(records, rig.another());
    expect(await readingOf('e1')).toMatchObject([
      { outcome: 'already-member', reason: 'the agent was on the queue already; nothing was sent' },
    ]);
    release();
    await dead;
  });
});

describe('another try', () => {
  it('comes later and later', async () => {
    rig.simulator.misbehave({ when: GET, times: 'always', how: { status: 503 } });
    const records = await rig.queued(anEvent('e1'));
    for (const container of [rig.another(), rig.another(), rig.another()])
      await rig.deliver(records, container);
    // Half of 30, 60 and 120 s.
    expect(delays()).toEqual([16, 31, 61]);
    expect(posts()).toBe(0);
  });

  it('is not made of what could not be read, and what was read before is not believed either', async () => {
    await rig.deliver(await rig.queued(other('e2')));
    rig.clock.now += 150_000;
    // Another event had the lease a moment ago: the agents are read twice, and only the first read is answered.
    rig.simulator.misbehave({ when: GET, how: { status: 200, body: [] } });
    rig.simulator.misbehave({ when: GET, how: { status: 400 } });
    await rig.deliver(await rig.queued(anEvent('e1')), rig.another());
    expect(await readingOf('e1')).toMatchObject([{ outcome: 'parked', code: 'request-refused' }]);
    rig.simulator.misbehave({ when: GET, how: { status: 200, body: [] } });
    rig.simulator.misbehave({ when: GET, how: { status: 503 } });
    await rig.deliver(await rig.queued(other('e3')), rig.another());
    expect(await readingOf('e3')).toMatchObject([{ outcome: 'retrying', owner: 'netsapiens' }]);
    expect(posts()).toBe(1);
  });

  it('has its patience afresh after a fault of our own', async () => {
    const [record] = await rig.queued(anEvent('e1'));
    if (!record) throw new Error('the queue gave nothing');
    rig.simulator.misbehave({ when: GET, times: 'always', how: { status: 503 } });
    await rig.deliver([record]);
    rig.secrets.put('token', '{}');
    await rig.deliver([record], rig.another());
    expect(await outcomes()).toMatchObject([{ outcome: 'retrying', code: 'credential-unavailable' }]);
    rig.secrets.put('token', TOKEN);
    rig.clock.now += 25 * 3_600_000;
    await rig.deliver([record], rig.another());
    expect(await outcomes()).toMatchObject([{ outcome: 'retrying', code: 'netsapiens-unavailable' }]);
    rig.clock.now += 86_400_000;
    await rig.deliver([record], rig.another());
    expect(await outcomes()).toMatchObject([{ outcome: 'parked', code: 'netsapiens-unavailable' }]);
  });

  it('is made at once by the next, where nothing was sent', async () => {
    rig.simulator.misbehave({ when: POST, how: { status: 403 } });
    await rig.deliver(await rig.queued(anEvent('e1')));
    await rig.deliver(await rig.queued(other('e2')), rig.another());
    expect(await readingOf('e2')).toMatchObject([{ outcome: 'added' }]);
  });
});

test('an agent is the same in capitals and in small letters', async () => {
  await rig.close();
  const agent = { ...supportRule.agent, 'callqueue-agent-id': '{% payload.agent %}' };
  rig = await startRig({ rules: [{ ...supportRule, agent }] });
  const asking = (id: string, written: string) =>
    anEvent(id, { subject: id, data: { person: { department: 'Support' }, payload: { agent: written } } });
  const records = await rig.queued(
    asking('e1', '1000@ACME.example'),
    asking('e2', ME),
    asking('e3', '1000@Acme.Example'),
  );
  expect(await rig.deliver(records)).toEqual({ batchItemFailures: [] });
  expect((await outcomes()).map(({ outcome }) => outcome).sort()).toEqual([
    'added',
    'already-member',
    'already-member',
  ]);
  expect(
    rig.simulator.requests.filter(({ path }) => path.endsWith('/agents')).map(({ method }) => method),
  ).toEqual(['GET', 'POST']);
});

test('refused, and not there: our configuration is at fault', async () => {
  rig.simulator.misbehave({ when: POST, how: { status: 400, body: { code: 400, message: 'Bad Request' } } });
  await rig.deliver(await rig.queued(anEvent('e1')));
  expect(await outcomes()).toMatchObject([
    { outcome: 'parked', owner: 'configuration', code: 'request-refused' },
  ]);
});

test('a read that is refused is parked with what was said', async () => {
  rig.simulator.misbehave({ when: GET, how: { status: 400, body: { code: 400, message: 'odd' } } });
  await rig.deliver(await rig.queued(anEvent('e1')));
  expect(await outcomes()).toMatchObject([
    { outcome: 'parked', code: 'request-refused', reason: 'NetSapiens answered 400: odd' },
  ]);
  // No lease was asked for.
  expect((await rig.items()).map((item) => item['event']?.S)).toEqual(['hr#e1', 'hr#e1']);
});

describe('the agents as one batch sees them', () => {
  const agents = (...ids: string[]): ReadVerdict => ({ kind: 'agents', ids: new Set(ids) });
  const membersOf = (...verdicts: ReadVerdict[]) => {
    const read: string[] = [];
    const members = createMembers({
      readAgents: (queue) => {
        read.push(queue);
        return Promise.resolve(verdicts[read.length - 1] ?? { kind: 'none' });
      },
    });
    return { members, read };
  };

  it('are read once for each queue, and again when they have to be', async () => {
    const { members, read } = membersOf(agents('a'), agents('b'), agents('c'));
    expect(await members.read('3000', 'ref')).toEqual(agents('a'));
    expect(await members.read('3000', 'ref')).toEqual(agents('a'));
    expect(await members.read('3001', 'ref')).toEqual(agents('b'));
    expect(await members.readAfresh('3000', 'ref')).toEqual(agents('c'));
    expect(await members.read('3000', 'ref')).toEqual(agents('c'));
    expect(read).toEqual(['3000', '3001', '3000']);
  });

  test.each<[string, ReadVerdict, string[]]>([
    ['agents', agents('a'), ['a', 'b']],
    ['none', { kind: 'none' }, ['b']],
  ])('know of who was added to a queue of %s', async (_, before, after) => {
    const { members, read } = membersOf(before);
    await members.read('3000', 'ref');
    members.added('3000', 'b');
    expect(await members.read('3000', 'ref')).toEqual(agents(...after));
    expect(read).toEqual(['3000']);
  });

  const said = { owner: 'netsapiens', code: 'netsapiens-unavailable', reason: 'it said so' } as const;
  test.each<ReadVerdict>([
    { kind: 'refused', ...said },
    { kind: 'try-again', fault: 'transient', inDoubt: false, notBefore: 0, ...said },
  ])('are not known by one who was added, where the reading came to $kind', async (failed) => {
    const { members } = membersOf(failed);
    await members.read('3000', 'ref');
    members.added('3000', 'b');
    expect(await members.read('3000', 'ref')).toEqual(failed);
  });

  it('are changed one after the other for the same agent of the same queue, and side by side for others', async () => {
    const { members } = membersOf();
    const begun: string[] = [];
    const { promise, reject } = Promise.withResolvers<never>();
    const work =
      (name: string, wait: Promise<unknown> = Promise.resolve()) =>
      () => {
        begun.push(name);
        return wait.then(() => name);
      };
    const first = members.inTurn('3000', 'a', work('first', promise));
    const second = members.inTurn('3000', 'a', work('second'));
    expect(await members.inTurn('3000', 'b', work('another agent'))).toBe('another agent');
    expect(await members.inTurn('3001', 'a', work('another queue'))).toBe('another queue');
    expect(begun).toEqual(['first', 'another agent', 'another queue']);
    reject(new Error('the first failed'));
    await expect(first).rejects.toThrow('the first failed');
    // That is the first one's own affair.
    expect(await second).toBe('second');
  });
});
