import { describe, expect, it } from 'vitest';
import { ACCEPTED, ADA, AGENTS, TOKEN, call, idsOf, started } from './call.ts';

const ALL_FIELDS = {
  synchronous: 'yes',
  'callqueue-agent-id': '1001@acme.example',
  callqueue: '3000',
  domain: 'acme.example',
  'callqueue-agent-availability-type': 'manual',
  'callqueue-agent-wrap-up-allowance-seconds': 30,
  'auto-answer-enabled': 'yes',
  'callqueue-agent-dispatch-order-ordinal': 4,
  'callqueue-agent-dispatch-queue-priority-ordinal': 2,
  'limits-max-active-calls-total': 1,
  'callqueue-agent-answer-confirmation-enabled': 'yes',
  'callqueue-agent-availability-for-dispatch': 'ready',
  'callqueue-agent-max-concurrent-sms-conversations': 3,
};

const DATE_TIME: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);

const ROW = {
  'callqueue-agent-id': '1001@acme.example',
  callqueue: '3000',
  domain: 'acme.example',
  'callqueue-agent-availability-type': 'manual',
  'callqueue-agent-wrap-up-allowance-seconds': 30,
  auto_ans: 'yes',
  'ordinal-order': 4,
  'callqueue-agent-dispatch-queue-priority-ordinal': 2,
  'limits-max-active-calls-total': 1,
  'callqueue-agent-answer-confirmation-enabled': 'yes',
  'callqueue-agent-availability-for-dispatch': 'ready',
  'callqueue-agent-max-concurrent-sms-conversations': 3,
  'callqueue-agent-has-registered-devices': 'no',
  'active-calls-total-current': 0,
  'last-modified-datetime': DATE_TIME,
  'last-callqueue-dispatch-datetime': null,
  'callqueue-agent-entry-type': 'user',
  'login-username': '1001@acme.example',
  'name-full-name': 'Ada Ames',
  'name-first-name': 'Ada',
  'name-last-name': 'Ames',
  'agent-department': 'Support',
  'agent-site': '',
  'agent-user-scope': 'Basic User',
  'agent-status-message': null,
};

describe('Add Agent to Call Queue', () => {
  it('takes all thirteen fields; synchronous: 200 with the agent, some fields under other names', async () => {
    const simulator = await started();
    expect(await call(simulator, 'POST', AGENTS, ALL_FIELDS)).toMatchObject({ status: 200, body: ROW });
    expect(simulator.agents('3000')).toEqual([ROW]);
    expect(await call(simulator, 'GET', AGENTS)).toMatchObject({ status: 200, body: [ROW] });
  });

  it.each([
    ['the id alone', ADA],
    ['synchronous: no', { ...ADA, synchronous: 'no' }],
    ["a user's device", { 'callqueue-agent-id': 'sip:1001wp@acme.example' }],
    ['another case in the domain', { 'callqueue-agent-id': '1001@ACME.example' }],
  ])('answers 202 and writes: %s', async (_, body) => {
    const simulator = await started();
    expect(await call(simulator, 'POST', AGENTS, body)).toMatchObject({ status: 202, body: ACCEPTED });
    expect(idsOf(await call(simulator, 'GET', AGENTS))).toEqual([body['callqueue-agent-id']]);
  });

  it('takes a device and its user as two agents', async () => {
    const simulator = await started();
    await call(simulator, 'POST', AGENTS, ADA);
    await call(simulator, 'POST', AGENTS, { 'callqueue-agent-id': 'sip:1001@acme.example' });
    expect(simulator.agents('3000').map((row) => row['callqueue-agent-entry-type'])).toEqual([
      'user',
      'device',
    ]);
    expect(simulator.overwrites).toEqual([]);
  });

  const agent = (more: object) => ({ ...ADA, ...more });
  it.each([
    ['no id', {}, 'callqueue-agent-id: Invalid input: expected string, received undefined'],
    ['a field that is unknown', agent({ wrapUp: 3 }), 'wrapUp is not a known field'],
    ['a field that is read only', agent({ 'agent-site': 'Oslo' }), 'agent-site is read only'],
    ['a response name', agent({ 'ordinal-order': 1 }), 'ordinal-order is not a known field'],
    [
      'a number as text',
      agent({ 'callqueue-agent-wrap-up-allowance-seconds': '30' }),
      'callqueue-agent-wrap-up-allowance-seconds: Invalid input: expected number, received string',
    ],
    [
      'a fraction',
      agent({ 'limits-max-active-calls-total': 1.5 }),
      'limits-max-active-calls-total: Invalid input: expected int, received number',
    ],
    [
      'synchronous as a truth value',
      agent({ synchronous: true }),
      'synchronous: Invalid option: expected one of "yes"|"no"',
    ],
    [
      'an availability that is not one',
      agent({ 'callqueue-agent-availability-type': 'on' }),
      'callqueue-agent-availability-type: Invalid option: expected one of "automatic"|"manual"|"disabled"|"offnet-automatic"',
    ],
    [
      'a domain that is too long',
      agent({ domain: 'a'.repeat(65) }),
      'domain: Too big: expected string to have <=64 characters',
    ],
    [
      'another domain than the path',
      agent({ domain: 'b.example' }),
      'domain: b.example contradicts the path',
    ],
    ['another queue than the path', agent({ callqueue: '3001' }), 'callqueue: 3001 contradicts the path'],
    [
      'an id that is none',
      { 'callqueue-agent-id': '1001' },
      'callqueue-agent-id: expected user@domain or sip:device@domain',
    ],
    ['a list', [ADA], 'body: Invalid input: expected object, received array'],
    ['no JSON', '{"callqueue-agent-id":', 'The body is not JSON'],
  ])('refuses with 400 and writes nothing: %s', async (_, body, message) => {
    const simulator = await started();
    expect(await call(simulator, 'POST', AGENTS, body)).toMatchObject({
      status: 400,
      body: { code: 400, message },
    });
    expect(simulator.agents('3000')).toEqual([]);
  });

  it('refuses a body that is not sent as JSON', async () => {
    const simulator = await started();
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'text/plain' };
    expect(await call(simulator, 'POST', AGENTS, ADA, headers)).toMatchObject({
      status: 400,
      body: { code: 400, message: 'Content-Type must be application/json' },
    });
  });

  it.each([
    ['user', AGENTS, '1009@acme.example', 'User 1009@acme.example not found'],
    ['domain of the user', AGENTS, '1001@b.example', 'User 1001@b.example not found'],
    ['device', AGENTS, 'sip:1009wp@acme.example', 'Device 1009wp@acme.example not found'],
    [
      'queue',
      '/domains/acme.example/callqueues/3009/agents',
      '1001@acme.example',
      'Call queue 3009 not found',
    ],
    [
      'queue "all"',
      '/domains/acme.example/callqueues/all/agents',
      '1001@acme.example',
      'Call queue all not found',
    ],
    [
      'domain',
      '/domains/b.example/callqueues/3000/agents',
      '1001@acme.example',
      'Domain b.example not found',
    ],
  ])('answers 404 where there is no such %s', async (_, path, id, message) => {
    const simulator = await started();
    expect(await call(simulator, 'POST', path, { 'callqueue-agent-id': id })).toMatchObject({
      status: 404,
      body: { code: 404, message },
    });
  });

  it('finds a user and a queue that were made later', async () => {
    const simulator = await started();
    simulator.addUser({ user: '1009' });
    simulator.addQueue({ callqueue: '3009', description: 'New' });
    const id = { 'callqueue-agent-id': '1009@acme.example' };
    expect((await call(simulator, 'POST', '/domains/~/callqueues/3009/agents', id)).status).toBe(202);
  });

  const TUNED = { ...ADA, 'callqueue-agent-wrap-up-allowance-seconds': 90 };
  const tuned = [{ callqueue: '3000', description: 'Support', agents: [TUNED] }];
  it.each([
    ['overwrite', 202, ACCEPTED, 0, [{ callqueue: '3000', agent: '1001@ACME.EXAMPLE' }]],
    ['conflict', 409, { code: 409, message: 'Conflict' }, 90, []],
    ['exists', 400, { code: 400, message: 'Agent 1001@ACME.EXAMPLE already exists' }, 90, []],
  ] as const)('who is already there: %s', async (alreadyThere, status, body, wrapUp, overwrites) => {
    const simulator = await started({ queues: tuned, alreadyThere });
    const again = { 'callqueue-agent-id': '1001@ACME.EXAMPLE' };
    expect(await call(simulator, 'POST', AGENTS, again)).toMatchObject({ status, body });
    expect(simulator.agents('3000').map((row) => row['callqueue-agent-wrap-up-allowance-seconds'])).toEqual([
      wrapUp,
    ]);
    expect(simulator.overwrites).toEqual(overwrites);
  });

  it('overwrites unless told otherwise', async () => {
    const simulator = await started({ queues: tuned });
    expect((await call(simulator, 'POST', AGENTS, ADA)).status).toBe(202);
    expect(simulator.overwrites).toEqual([{ callqueue: '3000', agent: '1001@acme.example' }]);
  });
});

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
        'allowed-models': ['agent', 'callqueue', 'subscriber'],
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
