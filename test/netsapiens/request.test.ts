import { describe, expect, test } from 'vitest';
import {
  addAgentBodySchema,
  agentDomain,
  callqueueSchema,
  domainSchema,
} from '../../lambda/netsapiens/request.ts';

const minimal = { 'callqueue-agent-id': '1000@acme.example' };

// The vendor's v45.0 description, read by hand: name, a value that it allows, one that it does not.
const FIELDS: [field: string, good: unknown, bad: unknown][] = [
  ['synchronous', 'yes', true],
  ['callqueue-agent-id', 'sip:1001@acme.example', '1000'],
  ['callqueue', '0300', 300],
  ['domain', 'acme.example', 'x'.repeat(65)],
  ['callqueue-agent-availability-type', 'offnet-automatic', 'Automatic'],
  ['callqueue-agent-wrap-up-allowance-seconds', 30, '30'],
  ['auto-answer-enabled', 'no', false],
  ['callqueue-agent-dispatch-order-ordinal', 1, 1.5],
  ['callqueue-agent-dispatch-queue-priority-ordinal', 2, '2'],
  ['limits-max-active-calls-total', 1, -1],
  ['callqueue-agent-answer-confirmation-enabled', 'yes', 'maybe'],
  ['callqueue-agent-availability-for-dispatch', 'available', 1],
  ['callqueue-agent-max-concurrent-sms-conversations', 3, null],
];

test('the body has the thirteen fields of the vendor, and no other', () => {
  expect(Object.keys(addAgentBodySchema.shape).sort()).toEqual(FIELDS.map(([field]) => field).sort());
});

describe.each(FIELDS)('%s', (field, good, bad) => {
  test(`takes ${JSON.stringify(good)}`, () =>
    expect(addAgentBodySchema.parse({ ...minimal, [field]: good })).toEqual({ ...minimal, [field]: good }));
  test(`refuses ${JSON.stringify(bad)}`, () =>
    expect(addAgentBodySchema.safeParse({ ...minimal, [field]: bad }).success).toBe(false));
});

test('only the agent id is required', () => {
  expect(addAgentBodySchema.safeParse(minimal).success).toBe(true);
  expect(addAgentBodySchema.safeParse({}).success).toBe(false);
});

test.each([
  'callqueue-agent-has-registered-devices',
  'active-calls-total-current',
  'last-modified-datetime',
  'last-callqueue-dispatch-datetime',
  'callqueue-agent-entry-type',
  'login-username',
  'name-full-name',
  'agent-name-first-name',
  'agent-name-last-name',
  'agent-department',
  'agent-site',
  'agent-user-scope',
  'agent-status-message',
])('%s is read-only and is never sent', (field) =>
  expect(addAgentBodySchema.safeParse({ ...minimal, [field]: 'x' }).success).toBe(false),
);

test.each(['1000@acme.example', 'sip:1000wp@acme.example', 'jane.doe@acme', '1000@10.0.0.1'])(
  '%s is an agent id',
  (id) => expect(addAgentBodySchema.safeParse({ 'callqueue-agent-id': id }).success).toBe(true),
);
test.each([
  '',
  '@acme.example',
  '1000@',
  '1000@a/b',
  '~@acme.example',
  'tel:1000@acme.example',
  '1000@acme.example ',
  '1000@a@b',
  'a/../b@acme',
  '*@acme',
])('"%s" is none', (id) =>
  expect(addAgentBodySchema.safeParse({ 'callqueue-agent-id': id }).success).toBe(false),
);
test.each([
  ['1000@Acme.example', 'Acme.example'],
  ['sip:1000@acme.example', 'acme.example'],
  ['1000', undefined],
])('the domain of %s is %s', (id, domain) => expect(agentDomain(id)).toBe(domain));

test.each(['3000', '0300', 'support_1', 'a.b-c', 'x'.repeat(64)])('queue %s', (queue) =>
  expect(callqueueSchema.safeParse(queue).success).toBe(true),
);
test.each([
  'all',
  'ALL',
  '~',
  '*',
  '.',
  '..',
  '',
  'a b',
  'a/b',
  '3000%2F',
  'x'.repeat(65),
  '３０００',
  3000,
  '3000\n',
])('queue %j is refused', (queue) => expect(callqueueSchema.safeParse(queue).success).toBe(false));

test.each(['acme.example', '~', 'myDomain', 'test.12123', 'x'.repeat(64)])('domain %s', (domain) =>
  expect(domainSchema.safeParse(domain).success).toBe(true),
);
test.each(['*', '**', '.', '..', '', 'a/b', '~~', 'acme.example/..', 'x'.repeat(65)])(
  'domain "%s" is refused',
  (domain) => expect(domainSchema.safeParse(domain).success).toBe(false),
);
