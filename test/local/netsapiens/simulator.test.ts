import { describe, expect, it } from 'vitest';
import { ADA, AGENTS, call, started, TOKEN } from './call.ts';

const DATE_TIME: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);

describe('tokens', () => {
  it.each([
    ['no token', {}],
    ['an unknown token', { authorization: 'Bearer nsd_unknown' }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['an empty one', { authorization: 'Bearer ' }],
  ])('%s: 401, and nothing is written', async (_, headers) => {
    const simulator = await started();
    expect(await call(simulator, 'POST', AGENTS, ADA, headers)).toMatchObject({
      status: 401,
      body: { code: 401, message: 'Unauthorized' },
    });
    expect(simulator.agents('3000')).toEqual([]);
  });

  it.each([
    ['none', 'GET', 401, 'Invalid Scope'],
    ['none', 'POST', 401, 'Invalid Scope'],
    ['read-only', 'POST', 403, 'The API key is read only'],
    ['read-only', 'PATCH', 403, 'The API key is read only'],
  ] as const)('a token with the right "%s": %s is %i', async (right, method, status, message) => {
    const simulator = await started();
    simulator.tokens.set('nsd_lesser', right);
    const path = method === 'PATCH' ? `${AGENTS}/1001%40acme.example/login` : AGENTS;
    const body = method === 'POST' ? ADA : undefined;
    expect(await call(simulator, method, path, body, { authorization: 'Bearer nsd_lesser' })).toMatchObject({
      status,
      body: { code: status, message },
    });
    expect(simulator.agents('3000')).toEqual([]);
  });

  it('a read-only key reads, and says what it is', async () => {
    const simulator = await started();
    simulator.tokens.set('nsd_lesser', 'read-only');
    const read = (path: string) =>
      call(simulator, 'GET', path, undefined, { authorization: 'Bearer nsd_lesser' });
    expect((await read(AGENTS)).status).toBe(200);
    expect(await read('/apikeys/~')).toMatchObject({
      status: 200,
      body: {
        domain: 'acme.example',
        readonly: 'yes',
        'allowed-models': ['agent', 'callqueue', 'subscriber', 'device'],
      },
    });
  });

  it('a token is withdrawn and another takes its place', async () => {
    const simulator = await started();
    simulator.tokens.delete(TOKEN);
    simulator.tokens.set('nsd_next', 'full');
    expect((await call(simulator, 'GET', AGENTS)).status).toBe(401);
    expect(
      (await call(simulator, 'GET', AGENTS, undefined, { authorization: 'Bearer nsd_next' })).status,
    ).toBe(200);
  });

  it('the version needs no token', async () => {
    expect(await call(await started(), 'GET', '/version', undefined, {})).toMatchObject({
      status: 200,
      body: { apiversion: '45.0.0', hostname: '127.0.0.1', 'current-time': DATE_TIME },
    });
  });
});

describe('paths', () => {
  it.each([
    ['GET', '/nothing'],
    ['POST', '/version'],
    ['PUT', AGENTS],
    ['GET', `${AGENTS}/`],
    ['GET', '/domains/acme.example/callqueues/3000/agents/a/b'],
  ])('%s %s: No Route Found', async (method, path) => {
    const body = method === 'GET' ? undefined : {};
    expect(await call(await started(), method, path, body)).toMatchObject({
      status: 404,
      body: { code: 404, message: 'No Route Found' },
    });
  });

  it('the API is under /ns-api/v2 alone', async () => {
    const simulator = await started();
    const response = await fetch(`${simulator.origin}${AGENTS}`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect([response.status, await response.json()]).toEqual([404, { code: 404, message: 'No Route Found' }]);
  });

  it('an encoded slash is part of its segment', async () => {
    const simulator = await started();
    expect(await call(simulator, 'GET', '/domains/acme.example%2Fcallqueues/3000')).toMatchObject({
      status: 404,
      body: { message: 'No Route Found' },
    });
  });

  it('"~" is the domain of the token', async () => {
    const simulator = await started();
    expect((await call(simulator, 'POST', '/domains/~/callqueues/3000/agents', ADA)).status).toBe(202);
    expect(simulator.agents('3000')).toMatchObject([{ domain: 'acme.example' }]);
  });
});

describe('the record of requests', () => {
  it('holds method, decoded path, query, body, status and log tag, and never the token', async () => {
    const simulator = await started();
    const headers = { authorization: `Bearer ${TOKEN}`, 'x-netsapiens-log': 'onqueue-1' };
    await call(simulator, 'POST', AGENTS, ADA, headers);
    await call(simulator, 'GET', `${AGENTS}/sip%3A1001%40acme.example`);
    await call(simulator, 'GET', '/domains/~/users?limit=1');
    await call(simulator, 'POST', AGENTS, '{');
    expect(simulator.requests).toEqual([
      { method: 'POST', path: AGENTS, query: '', body: ADA, status: 202, log: 'onqueue-1' },
      {
        method: 'GET',
        path: `${AGENTS}/sip:1001@acme.example`,
        query: '',
        body: undefined,
        status: 404,
        log: undefined,
      },
      {
        method: 'GET',
        path: '/domains/~/users',
        query: '?limit=1',
        body: undefined,
        status: 200,
        log: undefined,
      },
      { method: 'POST', path: AGENTS, query: '', body: '{', status: 400, log: undefined },
    ]);
    expect(JSON.stringify(simulator.requests)).not.toContain(TOKEN);
  });

  it('is a server on a port that was asked for, or an error where that is taken', async () => {
    const simulator = await started();
    const port = Number(new URL(simulator.origin).port);
    await expect(started({ port })).rejects.toThrow('EADDRINUSE');
  });
});
