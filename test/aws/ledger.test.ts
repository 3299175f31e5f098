import { DynamoDBClient, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { createLedger } from '../../lambda/aws/ledger.ts';
import type { Attempt } from '../../lambda/aws/journal.ts';
import type { Join, Ledger } from '../../lambda/aws/ledger.ts';
import { LedgerUnavailable } from '../../lambda/aws/table.ts';
import { fingerprint } from '../../lambda/event.ts';
import type { QueuedEvent } from '../../lambda/event.ts';
import { twice } from '../../lambda/aws/service.ts';
import { createSend } from '../../lambda/http.ts';
import type { Send } from '../../lambda/http.ts';
import type { Joined, Outcome } from '../../lambda/outcome.ts';
import { clientConfig } from '../../local/aws/account.ts';
import { ledgerTable, startDynamoDb } from '../../local/aws/dynamodb.ts';
import type { Serving } from '../../local/aws/server.ts';

/** 2026-11-23T12:00:00.250Z */
const START = 1_795_435_200_250;
/** Milliseconds after an attempt. */
const SETTLING = 30_000;
/** START in whole seconds, and 60 days. */
const EXPIRES = '1800619200';

let dynamodb: Serving;
let client: DynamoDBClient;
let ledger: Ledger;
let now: number;
beforeEach(async () => {
  dynamodb = await startDynamoDb([ledgerTable('ledger')]);
  client = new DynamoDBClient(settings());
  now = START;
  ledger = createLedger('ledger', () => now, settings());
});
afterEach(async () => {
  client.destroy();
  await dynamodb.close();
});

/** From here on, the operations that the ledger asks for. */
const operationsOf = (): string[] => {
  const operations: string[] = [];
  const wire = createSend();
  ledger = createLedger('ledger', () => now, {
    ...settings(),
    send: (exchange) => {
      operations.push(exchange.headers['x-amz-target']?.replace('DynamoDB_20120810.', '') ?? '');
      return wire(exchange);
    },
  });
  return operations;
};
const settings = () => ({ ...clientConfig(dynamodb.origin), maxAttempts: 1 });
const items = async () => (await client.send(new ScanCommand({ TableName: 'ledger' }))).Items ?? [];

const event = (given: Partial<QueuedEvent> = {}): QueuedEvent => ({
  specversion: '1.0',
  id: 'e1',
  source: 'hr',
  type: 'employee.updated',
  subject: '77',
  time: '2026-11-23T11:59:00Z',
  datacontenttype: 'application/json',
  data: { person: { extension: '1000' }, payload: { extension: '1000' } },
  ...given,
});
/** hr#e1 as the ledger stores it: SHA-256 of type, subject and data, each with its length in front. */
const CONTENT = '299fb138d49cf1eb165a0b2518040bb06eb22d8c1ab012c37267b28d9c0db113';

type Given = Omit<Partial<Join>, 'event' | 'content'> & { readonly event?: QueuedEvent };
const join = (given: Given = {}): Join => ({
  event: event(),
  content: fingerprint(given.event ?? event()),
  rule: 'Support',
  queue: '3000',
  agent: '1000@Acme.example',
  ...given,
});
const about = { rule: 'Support', queue: '3000', agent: '1000@Acme.example' };
const added: Joined = {
  outcome: 'added',
  ...about,
  code: 'agent-added',
  reason: 'NetSapiens added the agent',
};

const first = { kind: 'claimed', inDoubt: false };
const claim = (given: Given = {}, delivery = 'm1', until = now + 120_000) =>
  ledger.claim(join(given), delivery, until);

describe('a claim', () => {
  it('of what nobody has is given, and stands in the table under event, queue, agent and rule', async () => {
    expect(await claim()).toEqual(first);
    expect(await items()).toEqual([
      {
        event: { S: 'hr#e1' },
        entry: { S: 'join#3000#1000@acme.example#Support' },
        state: { S: 'claimed' },
        // 120 s of the attempt, and 30 s until what it wrote must show.
        until: { N: '1795435350250' },
        delivery: { S: 'm1' },
        content: { S: CONTENT },
        attempt: { S: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown },
        expires: { N: EXPIRES },
      },
    ]);
  });

  test.each<[string, Given]>([
    ['event', { event: event({ id: 'e2' }) }],
    ['source', { event: event({ source: 'helpdesk' }) }],
    ['queue', { queue: '3001' }],
    ['agent', { agent: '1001@acme.example' }],
    ['rule', { rule: 'Sales' }],
  ])('of another %s is another claim', async (_, other) => {
    await claim();
    expect(await claim(other)).toEqual(first);
  });

  it('of the same agent in other letters is the same claim', async () => {
    await claim();
    expect(await claim({ agent: '1000@ACME.EXAMPLE' })).toMatchObject({ kind: 'in-progress' });
  });

  it('is held until its end, by the same delivery too, and then taken over in doubt', async () => {
    await claim();
    now = START + 149_999;
    for (const delivery of ['m1', 'm2'])
      expect(await claim({}, delivery)).toEqual({ kind: 'in-progress', until: START + 150_000 });
    now = START + 150_000;
    expect(await claim({}, 'm2')).toEqual({ ...first, inDoubt: true });
    expect(await claim({}, 'm3')).toEqual({ kind: 'in-progress', until: START + 300_000 });
  });

  it('that is given back is free at once', async () => {
    await claim();
    await ledger.release(join(), 'm1', false);
    expect(await claim({}, 'm2')).toEqual(first);
    await ledger.release(join(), 'm2', false);
    expect(await claim()).toEqual(first);
  });

  it('that another has taken over, or done, is not given back', async () => {
    await claim();
    now = START + 150_000;
    await claim({}, 'm2');
    await ledger.release(join(), 'm1', false);
    expect(await claim({}, 'm3')).toMatchObject({ kind: 'in-progress' });
    await ledger.complete(join(), 'm2', added);
    for (const delivery of ['m1', 'm2']) await ledger.release(join(), delivery, false);
    expect(await claim({}, 'm3')).toMatchObject({ kind: 'done' });
  });

  it('whose answer is lost is ours when it is asked for again, and what was before is in doubt', async () => {
    const wire = createSend();
    let lost = false;
    const losing: Send = async (exchange) => {
      const reply = await wire(exchange);
      if (lost) return reply;
      lost = true;
      return { kind: 'no-answer', sent: true, why: 'ECONNRESET' };
    };
    ledger = createLedger('ledger', () => now, {
      ...settings(),
      send: twice(losing, () => Promise.resolve()),
    });
    expect(await claim()).toEqual({ kind: 'claimed', inDoubt: true });
    lost = false;
    expect(await ledger.lease({ queue: '3000', agent: '1000@acme.example' }, 'm1', now)).toEqual({
      granted: true,
      readAgain: true,
      oursBefore: false,
    });
  });

  it('of what an earlier version has done, which left its time, is done', async () => {
    await claim({}, 'm1', START - SETTLING);
    await client.send(
      new UpdateItemCommand({
        TableName: 'ledger',
        Key: { event: { S: 'hr#e1' }, entry: { S: 'join#3000#1000@acme.example#Support' } },
        UpdateExpression: 'SET #state = :done, outcome = :added',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':done': { S: 'done' }, ':added': { S: 'added' } },
      }),
    );
    expect(await claim({}, 'm2')).toMatchObject({ kind: 'done' });
  });

  it('that is given back in doubt says so', async () => {
    await claim();
    now = START + 1_000;
    await ledger.release(join(), 'm1', true);
    expect((await items())[0]).toMatchObject({ state: { S: 'open' }, expires: { N: '1800619201' } });
    expect(await claim()).toEqual({ kind: 'claimed', inDoubt: true });
    await ledger.release(join(), 'm1', false);
    expect(await claim()).toEqual(first);
  });

  it.each([
    ['added', 'agent-added', 'NetSapiens added the agent'],
    ['already-member', 'already-on-queue', 'the agent was on the queue already; nothing was sent'],
  ] as const)('that came to %s is done for ever', async (outcome, code, reason) => {
    await claim();
    const done: Joined = { outcome, ...about, code, reason };
    now = START + 1_000;
    await ledger.complete(join(), 'm1', done);
    expect((await items())[0]).toMatchObject({ state: { S: 'done' }, expires: { N: '1800619201' } });
    now = START + 59 * 86_400_000;
    expect(await claim()).toEqual({ kind: 'done', done, sameDelivery: true, sameContent: true });
    expect(await claim({}, 'm2')).toEqual({ kind: 'done', done, sameDelivery: false, sameContent: true });
  });

  it('that is done tells of other content under the same id', async () => {
    await claim();
    await ledger.complete(join(), 'm1', added);
    for (const other of [{ type: 'employee.created' }, { subject: '78' }, { data: { payload: {} } }])
      expect(await claim({ event: event(other) }, 'm2')).toEqual({
        kind: 'done',
        done: added,
        sameDelivery: false,
        sameContent: false,
      });
    // When it happened, as the sender tells it, may differ from one try to the next.
    expect(await claim({ event: event({ time: '2026-11-23T12:30:00Z' }) })).toMatchObject({
      sameContent: true,
    });
  });
});

describe('claims side by side', () => {
  const others = ['3001', '3002', '3003'];
  const sideBySide = (delivery = 'm1') =>
    Promise.all(['3000', ...others].map((queue) => claim({ queue }, delivery)));

  it('are given together', async () => {
    const operations = operationsOf();
    expect(await sideBySide()).toEqual([first, first, first, first]);
    expect(operations).toEqual(['TransactWriteItems']);
    expect(await items()).toHaveLength(4);
    expect(await sideBySide('m2')).toEqual(
      Array.from({ length: 4 }, () => ({ kind: 'in-progress', until: START + 150_000 })),
    );
  });

  it.each<[what: string, before: () => Promise<unknown>, found: object]>([
    ['held', () => claim({}, 'm0'), { kind: 'in-progress' }],
    ['done', () => ledger.complete(join(), 'm0', added), { kind: 'done', done: added, sameDelivery: false }],
    ['over', () => claim({}, 'm0', START - SETTLING), { kind: 'claimed', inDoubt: true }],
    [
      'given back in doubt',
      async () => {
        await claim({}, 'm0');
        await ledger.release(join(), 'm0', true);
      },
      { kind: 'claimed', inDoubt: true },
    ],
  ])('are each judged by itself, where one is %s', async (_, before, found) => {
    await before();
    const answers = await sideBySide();
    expect(answers[0]).toMatchObject(found);
    expect(answers.slice(1)).toEqual([first, first, first]);
  });
});

describe('a lease', () => {
  const member = { queue: '3000', agent: '1000@Acme.example' };
  const lease = (delivery: string, of = member) => ledger.lease(of, delivery, now + 120_000);
  const granted = { granted: true, readAgain: false, oursBefore: false };

  it('of what nobody has is given, and stands in the table under queue and agent', async () => {
    expect(await lease('m1')).toEqual(granted);
    expect(await items()).toEqual([
      {
        event: { S: 'queue#3000' },
        entry: { S: 'agent#1000@acme.example' },
        until: { N: '1795435350250' },
        owner: { S: 'm1' },
        grantedAt: { N: '1795435200250' },
        expires: { N: EXPIRES },
      },
    ]);
  });

  it('tells who had it last', async () => {
    expect(await ledger.hasLeased(member, 'm1')).toBe(false);
    await lease('m1');
    now = START + 86_400_000;
    expect(await ledger.hasLeased({ ...member, agent: '1000@ACME.example' }, 'm1')).toBe(true);
    expect(await ledger.hasLeased(member, 'm2')).toBe(false);
  });

  it('that another has by now is not ended', async () => {
    await lease('m1');
    now = START + 150_000;
    await lease('m2');
    await ledger.endLease(member, 'm1');
    expect(await lease('m3')).toEqual({ granted: false });
  });

  it('is for one owner at a time, who may ask again', async () => {
    await lease('m1');
    now = START + 149_999;
    expect(await lease('m2')).toEqual({ granted: false });
    expect(await lease('m2', { ...member, agent: '1000@ACME.example' })).toEqual({ granted: false });
    expect(await lease('m2', { ...member, agent: '1001@acme.example' })).toEqual(granted);
    expect(await lease('m2', { ...member, queue: '3001' })).toEqual(granted);
    expect(await lease('m1')).toEqual({ granted: true, readAgain: true, oursBefore: true });
  });

  it('goes to the next 30 s after its attempt is over, who has to read again', async () => {
    await lease('m1');
    now = START + 150_000;
    expect(await lease('m2')).toEqual({ granted: true, readAgain: true, oursBefore: false });
  });

  it('that ended with nothing written is free at once', async () => {
    await lease('m1');
    now = START + 60_000;
    await ledger.endLease(member, 'm1');
    expect((await items())[0]).toMatchObject({
      grantedAt: { N: '1795435200250' },
      expires: { N: '1800619200' },
    });
    expect(await lease('m2')).toEqual({ granted: true, readAgain: true, oursBefore: false });
  });

  it('need not be read again for, when the last was granted five minutes ago', async () => {
    await lease('m1');
    now = START + 299_999;
    expect(await lease('m1')).toEqual({ granted: true, readAgain: true, oursBefore: true });
    now += 300_000;
    expect(await lease('m1')).toEqual({ granted: true, readAgain: false, oursBefore: true });
  });

  const TOGETHER = ['TransactWriteItems'];
  const ALONE = ['TransactWriteItems', 'UpdateItem', 'UpdateItem', 'UpdateItem'];
  it.each<[by: string, secondsAgo: number, found: object, calls: string[]]>([
    ['another', 149, { granted: false }, ALONE],
    ['another', 299, { granted: true, readAgain: true, oursBefore: false }, ALONE],
    ['another', 300, granted, TOGETHER],
    ['this delivery', 300, { granted: true, readAgain: false, oursBefore: true }, ALONE],
    ['this delivery', 10, { granted: true, readAgain: true, oursBefore: true }, ALONE],
  ])('beside others is what it would be alone: of %s, %i s ago', async (by, secondsAgo, found, calls) => {
    await lease(by === 'another' ? 'm0' : 'm1');
    now += secondsAgo * 1000;
    const operations = operationsOf();
    const members = ['1000', '1001', '1002'].map((user) => ({ ...member, agent: `${user}@acme.example` }));
    const answers = await Promise.all(members.map((each) => lease('m1', each)));
    expect(answers).toEqual([found, granted, granted]);
    expect(operations).toEqual(calls);
  });
});

const attempt = (attempts: number, outcomes: readonly Outcome[]): Attempt => ({
  attempts,
  outcomes,
  before: [],
  tries: 0,
  troubledSince: 0,
});

describe('the journal', () => {
  const retrying: Outcome = {
    outcome: 'retrying',
    owner: 'netsapiens',
    ...about,
    code: 'netsapiens-unavailable',
    reason: 'NetSapiens answered 503',
  };

  it('keeps what became of a delivery, in words', async () => {
    await ledger.record('m1', event(), {
      ...attempt(2, [added, retrying]),
      tries: 3,
      troubledSince: 1_795_435_200_000,
    });
    expect(await items()).toEqual([
      {
        event: { S: 'hr#e1' },
        entry: { S: 'delivery#m1' },
        id: { S: 'e1' },
        source: { S: 'hr' },
        type: { S: 'employee.updated' },
        subject: { S: '77' },
        time: { S: '2026-11-23T11:59:00Z' },
        ref: { S: '7e041cec7eb61abc' },
        attempts: { N: '2' },
        updatedAt: { S: '2026-11-23T12:00:00.250Z' },
        ended: { BOOL: false },
        tries: { N: '3' },
        troubledSince: { N: '1795435200000' },
        outcomes: {
          L: [
            {
              M: {
                outcome: { S: 'added' },
                rule: { S: 'Support' },
                queue: { S: '3000' },
                agent: { S: '1000@Acme.example' },
                code: { S: 'agent-added' },
                reason: { S: 'NetSapiens added the agent' },
              },
            },
            {
              M: {
                outcome: { S: 'retrying' },
                owner: { S: 'netsapiens' },
                rule: { S: 'Support' },
                queue: { S: '3000' },
                agent: { S: '1000@Acme.example' },
                code: { S: 'netsapiens-unavailable' },
                reason: { S: 'NetSapiens answered 503' },
              },
            },
          ],
        },
        expires: { N: EXPIRES },
      },
    ]);
  });

  const ends = [added];
  const waits = [added, retrying];
  test.each<[string, readonly Outcome[], readonly Outcome[], number]>([
    ['what waits, over what waited', waits, waits, 2],
    ['the end, over what waited', waits, ends, 2],
    ['the end again, over the end', ends, ends, 2],
    ['nothing that waits, over the end', ends, waits, 1],
  ])('writes %s', async (_, earlier, later, attempts) => {
    await ledger.record('m1', event(), attempt(1, earlier));
    await ledger.record('m1', event(), attempt(2, later));
    const found = await items();
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      attempts: { N: String(attempts) },
      ended: { BOOL: earlier === ends || later === ends },
    });
  });

  it('tells the next attempt what has ended, which then stays as it is', async () => {
    expect(await ledger.recall('m1', event())).toEqual({
      ended: [],
      open: false,
      tries: 0,
      troubledSince: 0,
    });
    await ledger.record('m1', event(), { ...attempt(1, waits), tries: 2, troubledSince: START });
    const past = await ledger.recall('m1', event());
    expect(past).toMatchObject({
      ended: [{ rule: 'Support', queue: '3000' }],
      open: true,
      tries: 2,
      troubledSince: START,
    });
    const ignored: Outcome = { outcome: 'ignored', code: 'withdrawn', reason: 'it is' };
    await ledger.record('m1', event(), { ...attempt(2, [ignored]), before: past.ended });
    const [item] = await items();
    expect(item).toMatchObject({ ended: { BOOL: true } });
    expect(item?.['outcomes']?.L?.map(({ M }) => M?.['outcome']?.S)).toEqual(['added', 'ignored']);
    expect(await ledger.recall('m1', event())).toMatchObject({
      ended: [{ rule: 'Support', queue: '3000' }, { rule: undefined }],
      open: false,
    });
    expect(await ledger.recall('m2', event())).toMatchObject({ ended: [] });
  });

  it('keeps the deliveries of an event apart', async () => {
    await ledger.record('m1', event(), attempt(1, ends));
    await ledger.record('m2', event(), attempt(1, waits));
    expect((await items()).map((item) => item['ended']?.BOOL).sort()).toEqual([false, true]);
  });
});

test.each<[string, () => Promise<unknown>]>([
  ['claim', () => claim()],
  ['complete', () => ledger.complete(join(), 'm1', added)],
  ['release', () => ledger.release(join(), 'm1', false)],
  ['hasLeased', () => ledger.hasLeased({ queue: '3000', agent: '1000@acme.example' }, 'm1')],
  ['lease', () => ledger.lease({ queue: '3000', agent: '1000@acme.example' }, 'm1', now)],
  ['endLease', () => ledger.endLease({ queue: '3000', agent: '1000@acme.example' }, 'm1')],
  ['recall', () => ledger.recall('m1', event())],
  ['plan', () => ledger.plan('Support', event(), now)],
  ['withdraw', () => ledger.withdraw('Support', event())],
  ['record', () => ledger.record('m1', event(), attempt(1, [added]))],
])('%s says so when DynamoDB refuses', async (_, ask) => {
  ledger = createLedger('no-such-table', () => now, settings());
  await expect(ask()).rejects.toThrow(LedgerUnavailable);
});
