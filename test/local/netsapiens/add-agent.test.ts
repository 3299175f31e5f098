import { describe, expect, it } from 'vitest';
import { ACCEPTED, ADA, AGENTS, call, idsOf, started, TOKEN } from './call.ts';

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
