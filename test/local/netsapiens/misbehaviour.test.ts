import { describe, expect, it } from 'vitest';
import { ACCEPTED, ADA, AGENTS, call, idsOf, start, started } from './call.ts';

const add = (simulator: Parameters<typeof call>[0]) => call(simulator, 'POST', AGENTS, ADA);
const read = (simulator: Parameters<typeof call>[0]) => call(simulator, 'GET', AGENTS);

describe('another answer', () => {
  it.each([400, 401, 403, 404, 408, 409, 425, 429, 500, 502, 503, 504])(
    '%i, and nothing is written',
    async (status) => {
      const simulator = await started();
      simulator.misbehave({ how: { status } });
      expect(await add(simulator)).toMatchObject({ status, body: { code: status, message: 'Error' } });
      expect(simulator.agents('3000')).toEqual([]);
    },
  );

  it('with headers', async () => {
    const simulator = await started();
    simulator.misbehave({ how: { status: 429, headers: { 'retry-after': '7' } } });
    expect((await add(simulator)).headers.get('retry-after')).toBe('7');
  });

  it('in HTML', async () => {
    const simulator = await started();
    simulator.misbehave({ how: { status: 502, body: '<h1>Bad Gateway</h1>' } });
    const { body, headers } = await add(simulator);
    expect([body, headers.get('content-type')]).toEqual(['<h1>Bad Gateway</h1>', 'text/html']);
  });

  it('of success, with an empty body', async () => {
    const simulator = await started();
    simulator.misbehave({ how: { status: 200, body: '', written: true } });
    expect(await add(simulator)).toMatchObject({ status: 200, body: '' });
    expect(simulator.agents('3000')).toHaveLength(1);
  });

  it('although the agent was written', async () => {
    const simulator = await started();
    simulator.misbehave({ how: { status: 504, written: true } });
    expect((await add(simulator)).status).toBe(504);
    expect(simulator.agents('3000')).toHaveLength(1);
  });
});

describe('a broken connection', () => {
  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('%s the write: %i agents', async (reset, agents) => {
    const simulator = await started();
    simulator.misbehave({ how: { reset } });
    await expect(add(simulator)).rejects.toThrow('fetch failed');
    expect(simulator.agents('3000')).toHaveLength(agents);
    expect(simulator.requests).toEqual([
      { method: 'POST', path: AGENTS, query: '', body: ADA, log: undefined },
    ]);
  });
});

describe('a slow server', () => {
  it.each([
    ['before it writes', {}, 0],
    ['after it wrote', { written: true }, 1],
  ] as const)('waits %s', async (_, written, meanwhile) => {
    const simulator = await started();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    simulator.misbehave({ how: { hold: promise, ...written } });
    const answered = add(simulator);
    await expect.poll(() => simulator.requests).toHaveLength(1);
    expect(simulator.agents('3000')).toHaveLength(meanwhile);
    expect(simulator.requests[0]).not.toHaveProperty('status');
    resolve(undefined);
    expect(await answered).toMatchObject({ status: 202, body: ACCEPTED });
    expect(simulator.agents('3000')).toHaveLength(1);
  });

  it('is closed while it waits', async () => {
    const simulator = await start();
    simulator.misbehave({ how: { hold: new Promise(() => undefined) } });
    const broken = expect(add(simulator)).rejects.toThrow('fetch failed');
    await expect.poll(() => simulator.requests).toHaveLength(1);
    await simulator.close();
    await broken;
  });
});

describe('a wrong body', () => {
  it('is JSON cut in the middle', async () => {
    const simulator = await started();
    simulator.misbehave({ how: { truncate: true }, times: 2 });
    expect(await add(simulator)).toMatchObject({ status: 202, body: '{"code":202,"mes' });
    expect((await read(simulator)).body).toMatch(/^\[\{"callqueue-agent-id":"1001@acme\.example",.*[^\]]$/);
  });

  it('is an error inside a success', async () => {
    const simulator = await started();
    simulator.misbehave({ how: { code: 404 } });
    expect(await add(simulator)).toMatchObject({ status: 200, body: { code: 404, message: 'Error' } });
    expect(simulator.agents('3000')).toEqual([]);
  });
});

describe('a write that lags', () => {
  it('shows after so many reads, and is written all the same', async () => {
    const simulator = await started();
    simulator.misbehave({ how: { lag: 2 }, when: { method: 'POST' } });
    expect(await add(simulator)).toMatchObject({ status: 202, body: ACCEPTED });
    expect(simulator.agents('3000')).toHaveLength(1);
    const seen = [await read(simulator), await read(simulator), await read(simulator)].map(idsOf);
    expect(seen).toEqual([[], [], ['1001@acme.example']]);
  });

  it('is overwritten by a repeat that believed the read', async () => {
    const simulator = await started();
    simulator.misbehave({ how: { lag: 1 }, when: { method: 'POST' } });
    await add(simulator);
    await add(simulator);
    expect(simulator.overwrites).toEqual([{ callqueue: '3000', agent: '1001@acme.example' }]);
  });

  it('is waited for by a synchronous request', async () => {
    const simulator = await started();
    simulator.misbehave({ how: { lag: 5 } });
    expect((await call(simulator, 'POST', AGENTS, { ...ADA, synchronous: 'yes' })).status).toBe(200);
    expect(idsOf(await read(simulator))).toEqual(['1001@acme.example']);
  });
});

describe('the script', () => {
  it.each([
    ['once unless told otherwise', undefined, [500, 200, 200]],
    ['so many times', 2, [500, 500, 200]],
    ['always', 'always', [500, 500, 500]],
  ] as const)('misbehaves %s', async (_, times, statuses) => {
    const simulator = await started();
    simulator.misbehave({ how: { status: 500 }, ...(times === undefined ? {} : { times }) });
    const seen = [await read(simulator), await read(simulator), await read(simulator)];
    expect(seen.map(({ status }) => status)).toEqual(statuses);
  });

  it('is used up in order, by the requests that fit method and path', async () => {
    const simulator = await started();
    simulator.misbehave({ how: { status: 503 }, when: { method: 'POST', path: /\/callqueues\/3000\// } });
    simulator.misbehave({ how: { status: 502 }, when: { path: /\/agents$/g }, times: 2 });
    simulator.misbehave({ how: { status: 501 } });
    const statuses = [];
    for (const [method, path] of [
      ['GET', AGENTS],
      ['GET', AGENTS],
      ['GET', '/domains/acme.example/callqueues/3000'],
      ['POST', AGENTS],
      ['POST', AGENTS],
    ] as const)
      statuses.push((await call(simulator, method, path, method === 'POST' ? ADA : undefined)).status);
    expect(statuses).toEqual([502, 502, 501, 503, 202]);
  });
});
