import { describe, expect, it } from 'vitest';
import { ACCEPTED, ADA, AGENTS, call, idsOf, started } from './call.ts';

describe('an agent who is there', () => {
  const ONE = `${AGENTS}/1001%40acme.example`;
  const there = () => started({ queues: [{ callqueue: '3000', description: 'Support', agents: [ADA] }] });

  it('is read alone, by an id in any case', async () => {
    const simulator = await there();
    const row = {
      'callqueue-agent-id': '1001@acme.example',
      'callqueue-agent-availability-type': 'automatic',
    };
    expect(await call(simulator, 'GET', ONE)).toMatchObject({ status: 200, body: row });
    expect((await call(simulator, 'GET', `${AGENTS}/1001%40ACME.example`)).status).toBe(200);
  });

  it('is changed in the fields given, and in no others', async () => {
    const simulator = await there();
    const put = (body: unknown) => call(simulator, 'PUT', ONE, body);
    expect(await put({ 'callqueue-agent-dispatch-order-ordinal': 7 })).toMatchObject({
      status: 202,
      body: ACCEPTED,
    });
    expect((await put({ 'limits-max-active-calls-total': 2 })).status).toBe(202);
    expect(simulator.agents('3000')).toMatchObject([
      { 'ordinal-order': 7, 'limits-max-active-calls-total': 2 },
    ]);
    expect(await put(ADA)).toMatchObject({
      status: 400,
      body: { message: 'callqueue-agent-id is not a known field' },
    });
  });

  it('is removed', async () => {
    const simulator = await there();
    expect(await call(simulator, 'DELETE', ONE)).toMatchObject({ status: 202, body: ACCEPTED });
    expect(simulator.agents('3000')).toEqual([]);
  });

  it.each([
    ['login', '3000', 'automatic'],
    ['logout', '3000', 'manual'],
    ['onecall', '3000', 'disabled'],
    ['login', 'all', 'automatic'],
  ])('%s in queue %s: %s', async (action, queue, availability) => {
    const simulator = await there();
    await call(simulator, 'PUT', ONE, { 'callqueue-agent-availability-type': 'disabled' });
    const path = `/domains/acme.example/callqueues/${queue}/agents/1001%40acme.example/${action}`;
    expect(await call(simulator, 'PATCH', path)).toMatchObject({ status: 202, body: ACCEPTED });
    expect(simulator.agents('3000')).toMatchObject([{ 'callqueue-agent-availability-type': availability }]);
  });

  it.each([
    ['GET', ''],
    ['PUT', ''],
    ['DELETE', ''],
    ['PATCH', '/login'],
  ])('is missed: %s %s', async (method, action) => {
    const simulator = await there();
    const body = method === 'PUT' ? {} : undefined;
    expect(await call(simulator, method, `${AGENTS}/1002%40acme.example${action}`, body)).toMatchObject({
      status: 404,
      body: { code: 404, message: 'Agent 1002@acme.example not found' },
    });
  });

  it('is counted, and listed with the others of the domain', async () => {
    const simulator = await there();
    expect(await call(simulator, 'GET', `${AGENTS}/count`)).toMatchObject({
      status: 200,
      body: { total: 1 },
    });
    expect(idsOf(await call(simulator, 'GET', '/domains/~/agents'))).toEqual(['1001@acme.example']);
  });
});

describe('queues and users', () => {
  it.each([
    ['array', 200, []],
    ['not-found', 404, { code: 404, message: 'No agents in call queue 3000' }],
  ] as const)('a queue without agents: %s', async (emptyQueue, status, body) => {
    expect(await call(await started({ emptyQueue }), 'GET', AGENTS)).toMatchObject({ status, body });
  });

  it('describes a queue; a parking slot says so', async () => {
    const simulator = await started();
    const read = (queue: string) => call(simulator, 'GET', `/domains/acme.example/callqueues/${queue}`);
    expect(await read('3000')).toMatchObject({
      status: 200,
      body: {
        callqueue: '3000',
        domain: 'acme.example',
        description: 'Support',
        'callqueue-dispatch-type': 'Ring All',
        'callqueue-count-agents-total': 0,
      },
    });
    expect(await read('3001')).toMatchObject({ body: { 'callqueue-dispatch-type': 'Call Park' } });
    expect((await read('3009')).status).toBe(404);
  });

  const extensions = ({ body }: { body: unknown }): unknown =>
    Array.isArray(body) ? body.map((row: { user: string }) => row.user) : body;

  it.each([
    ['', ['1001', '1002', '3000', '3001']],
    ['?limit=2', ['1001', '1002']],
    ['?limit=2&start=2', ['3000', '3001']],
    ['?start=4', []],
    ['?email=ada%40acme.example', ['1001', '1002', '3000', '3001']],
  ])('lists users, those of the queues too: users%s', async (query, users) => {
    expect(extensions(await call(await started(), 'GET', `/domains/acme.example/users${query}`))).toEqual(
      users,
    );
  });

  it('pages by a hundred unless told otherwise, and by a thousand at most', async () => {
    const simulator = await started({
      queues: [],
      users: Array.from({ length: 1200 }, (_, i) => ({ user: String(10_000 + i) })),
    });
    const lengths = await Promise.all(
      ['', '?limit=1100'].map((query) => call(simulator, 'GET', `/domains/~/users${query}`)),
    );
    expect(lengths.map(({ body }) => (Array.isArray(body) ? body.length : body))).toEqual([100, 1000]);
  });

  it.each(['?limit=0', '?limit=x', '?start=-1'])('refuses users%s', async (query) => {
    expect((await call(await started(), 'GET', `/domains/~/users${query}`)).status).toBe(400);
  });

  it('reads one user, counts them all, and marks the records of queues', async () => {
    const simulator = await started();
    expect(await call(simulator, 'GET', '/domains/~/users/1001')).toMatchObject({
      status: 200,
      body: {
        domain: 'acme.example',
        user: '1001',
        'name-first-name': 'Ada',
        'name-last-name': 'Ames',
        'email-address': 'ada@acme.example;a.ames@acme.example',
        'user-scope': 'Basic User',
      },
    });
    expect(await call(simulator, 'GET', '/domains/~/users/3000')).toMatchObject({
      body: { 'service-code': 'system-queue' },
    });
    expect((await call(simulator, 'GET', '/domains/~/users/1009')).status).toBe(404);
    expect(await call(simulator, 'GET', '/domains/~/users/count')).toMatchObject({ body: { total: 4 } });
  });
});
