import { afterEach, expect, test } from 'vitest';
import { createCallqueues } from '../../lambda/netsapiens/callqueues.ts';
import { createNetSapiens } from '../../lambda/netsapiens/client.ts';
import type { NetSapiens } from '../../lambda/netsapiens/client.ts';
import { createSend } from '../../lambda/http.ts';
import { startSimulator } from '../../local/netsapiens/simulator.ts';

const TOKEN = 'nsd_test-token';
const SUPPORT = { kind: 'target', description: 'Support' };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const open = async () => {
  const simulator = await startSimulator({
    domain: 'acme.example',
    users: [],
    queues: [
      { callqueue: '3000', description: 'Support' },
      { callqueue: '3001', description: 'Sales' },
      { callqueue: '700', description: 'Slot 1', 'callqueue-dispatch-type': 'Call Park' },
    ],
    token: TOKEN,
  });
  closers.push(simulator.close);
  const clock = { now: Date.parse('2026-11-23T12:00:00Z') };
  const netsapiens = createNetSapiens({
    origin: simulator.origin,
    domain: 'acme.example',
    token: { read: () => Promise.resolve(TOKEN) },
    send: createSend(),
    now: () => clock.now,
    debug: true,
  });
  return {
    simulator,
    clock,
    callqueues: createCallqueues({ netsapiens, now: () => clock.now }),
    paths: () => simulator.requests.map(({ method, path }) => `${method} ${path}`),
  };
};

const READ_3000 = 'GET /domains/acme.example/callqueues/3000';

test('a queue that is there, by its name', async () => {
  const { callqueues, paths, simulator } = await open();
  expect(await callqueues.check('3000', 'evt-1')).toEqual(SUPPORT);
  expect(paths()).toEqual([READ_3000]);
  expect(simulator.requests[0]?.log).toBe('evt-1');
});

test('is believed for five minutes from when it was asked for', async () => {
  const { callqueues, clock, paths } = await open();
  await callqueues.check('3000');
  clock.now += 299_999;
  expect(await callqueues.check('3000')).toEqual(SUPPORT);
  expect(paths()).toEqual([READ_3000]);
  clock.now += 1;
  expect(await callqueues.check('3000')).toEqual(SUPPORT);
  expect(paths()).toEqual([READ_3000, READ_3000]);
  // The second reading counts from itself.
  clock.now += 299_999;
  await callqueues.check('3000');
  expect(paths()).toHaveLength(2);
});

test('whoever asks at the same time shares one reading; another queue has its own', async () => {
  const { callqueues, paths } = await open();
  expect(await Promise.all(['3000', '3001', '3000', '3000'].map((queue) => callqueues.check(queue)))).toEqual(
    [SUPPORT, { kind: 'target', description: 'Sales' }, SUPPORT, SUPPORT],
  );
  expect(paths().sort()).toEqual([READ_3000, 'GET /domains/acme.example/callqueues/3001']);
});

test('a queue that is not there is looked for each time, until it is', async () => {
  const { callqueues, paths, simulator } = await open();
  const absent = { kind: 'absent', reason: 'there is no call queue 3999' };
  expect(await callqueues.check('3999')).toEqual(absent);
  expect(await callqueues.check('3999')).toEqual(absent);
  simulator.addQueue({ callqueue: '3999', description: 'Night' });
  expect(await callqueues.check('3999')).toEqual({ kind: 'target', description: 'Night' });
  expect(await callqueues.check('3999')).toEqual({ kind: 'target', description: 'Night' });
  expect(paths()).toHaveLength(3);
});

test('those who ask together for one that is not there share the reading, though it is not kept', async () => {
  const { callqueues, paths } = await open();
  const both = await Promise.all([callqueues.check('3999'), callqueues.check('3999')]);
  expect(both.map(({ kind }) => kind)).toEqual(['absent', 'absent']);
  expect(paths()).toHaveLength(1);
});

test('a parking slot is none', async () => {
  const { callqueues } = await open();
  expect(await callqueues.check('700')).toEqual({
    kind: 'refused',
    code: 'queue-is-call-park',
    owner: 'configuration',
    reason: '700 Slot 1 is a parking slot (Call Park), no queue of people',
  });
});

test('a failure is told as it is, and not kept', async () => {
  const { callqueues, paths, simulator } = await open();
  simulator.misbehave({ how: { status: 500 } });
  expect(await callqueues.check('3000')).toMatchObject({
    kind: 'try-again',
    fault: 'transient',
    code: 'netsapiens-unavailable',
    inDoubt: false,
  });
  expect(await callqueues.check('3000')).toEqual(SUPPORT);
  expect(paths()).toHaveLength(2);
});

test('a token that is refused is told as it is, and not kept', async () => {
  const { callqueues, simulator } = await open();
  const right = simulator.tokens.get(TOKEN);
  simulator.tokens.delete(TOKEN);
  expect(await callqueues.check('3000')).toMatchObject({ kind: 'try-again', fault: 'own' });
  if (right) simulator.tokens.set(TOKEN, right);
  expect(await callqueues.check('3000')).toEqual(SUPPORT);
});

/** A client whose answers are given by hand: for what no server can time. */
const byHand = () => {
  const readings: PromiseWithResolvers<Awaited<ReturnType<NetSapiens['readCallqueue']>>>[] = [];
  const clock = { now: 0 };
  return {
    readings,
    clock,
    callqueues: createCallqueues({
      netsapiens: {
        readCallqueue: () => {
          const reading: (typeof readings)[number] = Promise.withResolvers();
          readings.push(reading);
          return reading.promise;
        },
      },
      now: () => clock.now,
    }),
  };
};
const queue = (description: string, dispatchType = '') =>
  ({ kind: 'queue', description, dispatchType }) as const;

test('a client that throws is thrown to all who wait for it, and asked again', async () => {
  const { callqueues, readings } = byHand();
  const both = Promise.allSettled([callqueues.check('3000'), callqueues.check('3000')]);
  readings[0]?.reject(new Error('broken'));
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const next = callqueues.check('3000');
  readings[1]?.resolve(queue('Support'));
  expect(await next).toEqual(SUPPORT);
  expect(readings).toHaveLength(2);
});

test('a slow failure does not take away what a later reading has found', async () => {
  const { callqueues, readings, clock } = byHand();
  const slow = callqueues.check('3000');
  clock.now += 300_000;
  const later = callqueues.check('3000');
  readings[1]?.resolve(queue('Support'));
  expect(await later).toEqual(SUPPORT);
  readings[0]?.resolve({ kind: 'none' });
  expect(await slow).toMatchObject({ kind: 'absent' });
  expect(await callqueues.check('3000')).toEqual(SUPPORT);
  expect(readings).toHaveLength(2);
});

test.each([
  ['Call Park', 'refused'],
  ['call park', 'refused'],
  ['Ring All', 'target'],
  ['Call Parking Lot Support', 'target'],
  ['', 'target'],
])('a dispatch type "%s": %s', async (dispatchType, kind) => {
  const { callqueues, readings } = byHand();
  const checked = callqueues.check('3000');
  readings[0]?.resolve(queue('Support', dispatchType));
  expect((await checked).kind).toBe(kind);
});
