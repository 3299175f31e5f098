import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Refusal } from '../../../local/netsapiens/refusal.ts';
import { grantOf } from '../../../local/netsapiens/tokens.ts';
import type { Right } from '../../../local/netsapiens/tokens.ts';
import { ADA, AGENTS, call, started } from './call.ts';

const jwt = (claims: unknown): string =>
  `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2lnbmF0dXJl`;

const as = (token: string) => ({ authorization: `Bearer ${token}` });

describe('a token that is limited to models', () => {
  const QUEUE = '/domains/acme.example/callqueues/3000';
  const USERS = '/domains/acme.example/users';
  it.each([
    [QUEUE, 'callqueue'],
    [AGENTS, 'agent'],
    [`${AGENTS}/count`, 'agent'],
    ['/domains/acme.example/agents', 'agent'],
    [USERS, 'subscriber'],
    [`${USERS}/count`, 'subscriber'],
    [`${USERS}/1001`, 'subscriber'],
    [`${USERS}/1001/devices`, 'device'],
  ] as const)('GET %s needs %s', async (path, model) => {
    const all = ['agent', 'callqueue', 'subscriber', 'device'] as const;
    const simulator = await started({
      tokens: {
        nsd_enough: { models: [model] },
        nsd_all: { models: ['*'] },
        nsd_other: { models: all.filter((each) => each !== model) },
      },
    });
    const read = (token: string) => call(simulator, 'GET', path, undefined, as(token));
    expect((await read('nsd_enough')).status).toBe(200);
    expect((await read('nsd_all')).status).toBe(200);
    expect(await read('nsd_other')).toMatchObject({
      status: 401,
      body: { code: 401, message: 'Invalid Scope' },
    });
  });

  it('may be read only besides', async () => {
    const simulator = await started({ tokens: { nsd_reader: { models: ['agent'], readOnly: true } } });
    expect((await call(simulator, 'GET', AGENTS, undefined, as('nsd_reader'))).status).toBe(200);
    expect((await call(simulator, 'POST', AGENTS, ADA, as('nsd_reader'))).status).toBe(403);
    expect(simulator.agents('3000')).toEqual([]);
  });
});

describe('a token reads what it is', () => {
  const row = (more: object) => ({
    description: 'Key of the simulator',
    reseller: '*',
    domain: 'acme.example',
    readonly: 'no',
    'can-create-keys': 'no',
    'allowed-models': ['agent', 'callqueue', 'subscriber', 'device'],
    ...more,
  });
  it.each([
    ['nss_key', 'full', row({ 'key-id': 'nss_simulate', 'user-scope': 'Super User', domain: '*' })],
    ['nsr_key', 'full', row({ 'key-id': 'nsr_simulate', 'user-scope': 'Reseller', domain: '*' })],
    ['nsd_key', 'full', row({ 'key-id': 'nsd_simulate', 'user-scope': 'Office Manager' })],
    ['nsu_key', 'full', row({ 'key-id': 'nsu_simulate', 'user-scope': 'Basic User' })],
    [
      'nsd_key',
      'none',
      row({ 'key-id': 'nsd_simulate', 'user-scope': 'Office Manager', domain: 'elsewhere.example' }),
    ],
    [
      'nsd_key',
      { models: ['agent'], readOnly: true },
      row({
        'key-id': 'nsd_simulate',
        'user-scope': 'Office Manager',
        readonly: 'yes',
        'allowed-models': ['agent'],
      }),
    ],
  ] as const)('%s, %j', async (token, right, body) => {
    const simulator = await started({ tokens: { [token]: right } });
    expect(await call(simulator, 'GET', '/apikeys/~', undefined, as(token))).toMatchObject({
      status: 200,
      body,
    });
  });

  it.each(['an-access-token', jwt({ exp: 4_000_000_000 })])('but only a key does: %s', async (token) => {
    const simulator = await started({ tokens: { [token]: 'full' } });
    expect(await call(simulator, 'GET', '/apikeys/~', undefined, as(token))).toMatchObject({
      status: 400,
      body: { code: 400, message: 'Unable to expand apikey from token' },
    });
  });
});

describe('a JWT', () => {
  // 2026-11-24T00:00:00Z, in seconds
  const EXP = 1_795_478_400;

  it('ends at its exp, by the clock handed in', async () => {
    const token = jwt({ exp: EXP, domain: 'acme.example' });
    let now = EXP * 1000 - 1;
    const simulator = await started({ tokens: { [token]: 'full' }, now: () => now });
    const read = () => call(simulator, 'GET', AGENTS, undefined, as(token));
    expect((await read()).status).toBe(200);
    now += 1;
    expect(await read()).toMatchObject({ status: 401, body: { code: 401, message: 'Unauthorized' } });
  });

  it.each([
    ['has no exp', jwt({ domain: 'acme.example' })],
    ['has an exp that is no number', jwt({ exp: 'soon' })],
    ['is none, with two parts', jwt({ exp: 1 }).split('.').slice(0, 2).join('.')],
    ['is none, with four parts', `${jwt({ exp: 1 })}.more`],
  ])('does not end where it %s', async (_, token) => {
    const simulator = await started({ tokens: { [token]: 'full' } });
    expect((await call(simulator, 'GET', AGENTS, undefined, as(token))).status).toBe(200);
  });
});

test('whatever the token is: a grant, or 401', () => {
  const part = fc.oneof(
    fc.base64String(),
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
  );
  const tokens = fc.oneof(
    fc.string(),
    fc.array(part, { maxLength: 4 }).map((parts) => parts.join('.')),
  );
  const rights = fc.constantFrom<Right | undefined>(
    'full',
    'read-only',
    'none',
    { models: ['agent'] },
    undefined,
  );
  fc.assert(
    fc.property(tokens, rights, fc.integer(), (token, right, now) => {
      try {
        const { isOfDomain } = grantOf(token, right, now);
        return right !== undefined && isOfDomain === (right !== 'none');
      } catch (error) {
        return error instanceof Refusal && error.status === 401;
      }
    }),
  );
});

describe('"~" as the domain', () => {
  it.each([
    ['an-access-token', 'documented', 200],
    ['an-access-token', 'refused', 200],
    [jwt({ exp: 4_000_000_000 }), 'refused', 200],
    ['nsu_key', 'documented', 200],
    ['nsd_key', 'documented', 200],
    ['nsd_key', 'refused', 400],
    ['nsr_key', 'documented', 400],
    ['nss_key', 'documented', 400],
  ] as const)('%s, %s: %i', async (token, tildeForKeys, status) => {
    const simulator = await started({ tokens: { [token]: 'full' }, tildeForKeys });
    const { body, ...answer } = await call(simulator, 'GET', '/domains/~/users/1001', undefined, as(token));
    expect(answer.status).toBe(status);
    expect(body).toMatchObject(
      status === 200 ? { user: '1001' } : { code: 400, message: 'Unable to expand domain from token' },
    );
    const named = await call(simulator, 'GET', '/domains/acme.example/users/1001', undefined, as(token));
    expect(named.status).toBe(200);
  });
});
