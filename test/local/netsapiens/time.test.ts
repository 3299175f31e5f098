import { describe, expect, it } from 'vitest';
import { ADA, AGENTS, call, idsOf, started } from './call.ts';

const START = Date.UTC(2026, 10, 24, 12);

describe('a 403 shuts the caller out', () => {
  const READER = { authorization: 'Bearer nsd_reader' };
  const tokens = { nsd_reader: 'read-only' } as const;
  const FORBIDDEN = { status: 403, body: { code: 403, message: 'Forbidden' } };

  const blocked = async (blockMs: number) => {
    let now = START;
    const simulator = await started({ tokens, blockMs, now: () => now });
    return {
      simulator,
      at: async (ms: number, headers?: Record<string, string>) => {
        now = START + ms;
        return call(simulator, 'GET', AGENTS, undefined, headers);
      },
      write: () => call(simulator, 'POST', AGENTS, ADA, READER),
    };
  };

  it('for a time, whatever the token and the path, and writes nothing', async () => {
    const { simulator, at, write } = await blocked(60_000);
    expect((await write()).body).toEqual({ code: 403, message: 'The API key is read only' });
    expect(await at(0)).toMatchObject(FORBIDDEN);
    expect(await call(simulator, 'GET', '/version', undefined, {})).toMatchObject(FORBIDDEN);
    expect(await call(simulator, 'POST', AGENTS, ADA)).toMatchObject(FORBIDDEN);
    expect(simulator.agents('3000')).toEqual([]);
    // 60 s, and 60 s more for each of the three.
    expect((await at(240_000)).status).toBe(200);
  });

  it.each([
    ['who waits is let in when it is over', [60_000], [200]],
    ['who asks a moment too early waits as long again', [59_999, 60_000], [403, 403]],
    ['who asks a moment too early is let in after twice the time', [59_999, 120_000], [403, 200]],
    ['each further haste costs as much', [1, 2, 3, 239_999], [403, 403, 403, 403]],
    ['and no more than that', [1, 2, 3, 240_000], [403, 403, 403, 200]],
  ])('%s', async (_, times, statuses) => {
    const { at, write } = await blocked(60_000);
    await write();
    const seen = [];
    for (const ms of times) seen.push((await at(ms)).status);
    expect(seen).toEqual(statuses);
  });

  it('not unless it is told to, and not for another refusal', async () => {
    const free = await blocked(0);
    await free.write();
    expect((await free.at(0)).status).toBe(200);
    const strict = await blocked(60_000);
    expect((await strict.at(0, { authorization: 'Bearer nsd_unknown' })).status).toBe(401);
    expect((await strict.at(0)).status).toBe(200);
  });
});

describe('a write that shows only later', () => {
  const lagging = async (now: () => number, agents: (typeof ADA)[] = []) =>
    started({ lagMs: 5_000, now, queues: [{ callqueue: '3000', description: 'Support', agents }] });

  it('by the clock: in no read before, in every read after', async () => {
    let now = START;
    const simulator = await lagging(() => now);
    expect((await call(simulator, 'POST', AGENTS, ADA)).status).toBe(202);
    now += 4_999;
    expect(idsOf(await call(simulator, 'GET', AGENTS))).toEqual([]);
    expect((await call(simulator, 'GET', `${AGENTS}/count`)).body).toEqual({ total: 0 });
    expect((await call(simulator, 'GET', `${AGENTS}/1001%40acme.example`)).status).toBe(404);
    // The supervisor's own server has it.
    expect(simulator.agents('3000')).toHaveLength(1);
    now += 1;
    expect(idsOf(await call(simulator, 'GET', AGENTS))).toEqual(['1001@acme.example']);
    expect((await call(simulator, 'GET', `${AGENTS}/1001%40acme.example`)).status).toBe(200);
  });

  it('shows at once after "synchronous: yes"', async () => {
    const simulator = await lagging(() => START);
    expect((await call(simulator, 'POST', AGENTS, { ...ADA, synchronous: 'yes' })).status).toBe(200);
    expect(idsOf(await call(simulator, 'GET', AGENTS))).toEqual(['1001@acme.example']);
  });

  it('hides nobody who showed before', async () => {
    const simulator = await lagging(() => START, [ADA]);
    expect(idsOf(await call(simulator, 'GET', AGENTS))).toEqual(['1001@acme.example']);
    await call(simulator, 'POST', AGENTS, ADA);
    expect(idsOf(await call(simulator, 'GET', AGENTS))).toEqual(['1001@acme.example']);
    expect(simulator.overwrites).toHaveLength(1);
  });

  it('also lags by reads, on top', async () => {
    let now = START;
    const simulator = await lagging(() => now);
    simulator.misbehave({ how: { lag: 1 }, when: { method: 'POST' } });
    await call(simulator, 'POST', AGENTS, ADA);
    now += 5_000;
    expect(idsOf(await call(simulator, 'GET', AGENTS))).toEqual([]);
    expect(idsOf(await call(simulator, 'GET', AGENTS))).toEqual(['1001@acme.example']);
  });
});

it('tells the time it was given', async () => {
  const simulator = await started({ now: () => START });
  expect((await call(simulator, 'GET', '/version')).body).toMatchObject({
    'current-time': '2026-11-24 12:00:00',
  });
  await call(simulator, 'POST', AGENTS, ADA);
  expect(simulator.agents('3000')).toMatchObject([{ 'last-modified-datetime': '2026-11-24 12:00:00' }]);
});

it('takes its time for every answer, if asked to', async () => {
  const simulator = await started({ latencyMs: 50 });
  const before = performance.now();
  expect((await call(simulator, 'GET', '/version')).status).toBe(200);
  // A timer may end up to a millisecond early.
  expect(performance.now() - before).toBeGreaterThan(48);
});
