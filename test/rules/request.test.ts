import { describe, expect, it, test } from 'vitest';
import { requestOf } from '../../lambda/rules/request.ts';
import type { Asked } from '../../lambda/rules/request.ts';

const DOMAIN = 'acme.example';

const asked = (given: Partial<Asked> = {}): Asked => ({
  rule: 'Support',
  fields: { 'callqueue-agent-availability-type': 'manual' },
  find: { by: 'email', value: 'jane@acme.example', as: 'user' },
  on: undefined,
  waitFor: 604_800,
  cancellable: false,
  ...given,
});
const withId = (id: unknown): Partial<Asked> => ({
  find: undefined,
  fields: { 'callqueue-agent-id': id, 'callqueue-agent-availability-type': 'manual' },
});

describe('whom to look for', () => {
  it('leaves the agent id out of the body', () => {
    expect(requestOf(asked(), '3000', DOMAIN)).toEqual({
      rule: 'Support',
      queue: '3000',
      who: { find: { email: 'jane@acme.example' }, as: 'user' },
      body: { 'callqueue-agent-availability-type': 'manual' },
      waitFor: 604_800,
      cancellable: false,
    });
  });

  test.each([
    ['email', 'jane@acme.example', 'user', { find: { email: 'jane@acme.example' }, as: 'user' }],
    ['email', ' Jane@Acme.example ', 'user', { find: { email: ' Jane@Acme.example ' }, as: 'user' }],
    ['extension', '0100', 'device', { find: { extension: '0100' }, as: 'device' }],
    ['extension', 100, 'user', { find: { extension: '100' }, as: 'user' }],
    ['name', 'Jane Doe', 'user', { find: { name: 'Jane Doe' }, as: 'user' }],
  ] as const)('by %s: %j, as %s', (by, value, as, who) =>
    expect(requestOf(asked({ find: { by, value, as } }), '3000', DOMAIN)).toMatchObject({ who }),
  );

  test.each([
    ['email', undefined, 'find.email came to nothing: nobody can be found by that'],
    ['extension', null, 'find.extension came to nothing: nobody can be found by that'],
    ['name', '', 'find.name came to "": nobody can be found by that'],
    ['email', ' \t', 'find.email came to " \\t": nobody can be found by that'],
    ['email', ['a@x', 'b@x'], 'find.email came to ["a@x","b@x"]: nobody can be found by that'],
    ['name', { first: 'Jane' }, 'find.name came to {"first":"Jane"}: nobody can be found by that'],
    ['email', true, 'find.email came to true: nobody can be found by that'],
  ] as const)('by %s: %j is nobody', (by, value, reason) =>
    expect(requestOf(asked({ find: { by, value, as: 'user' } }), '3000', DOMAIN)).toEqual({
      rule: 'Support',
      queue: '3000',
      code: 'agent-invalid',
      owner: 'event',
      reason: `rule "Support": ${reason}`,
    }),
  );

  it('cuts short what an event has too much of', () => {
    const find = { by: 'email', value: ['x'.repeat(5_000)], as: 'user' } as const;
    const { reason } = { reason: '', ...requestOf(asked({ find }), '3000', DOMAIN) };
    expect(reason).toBe(
      `rule "Support": find.email came to ["${'x'.repeat(98)}...: nobody can be found by that`,
    );
  });

  it('checks the other fields as ever', () => {
    const fields = { 'callqueue-agent-availability-type': 'on' };
    expect(requestOf(asked({ fields }), '3000', DOMAIN)).toMatchObject({
      code: 'agent-invalid',
      reason:
        'rule "Support": callqueue-agent-availability-type came to "on": must be automatic, manual, disabled or offnet-automatic',
    });
    expect(requestOf(asked({ fields: {} }), '3000', DOMAIN)).toMatchObject({
      reason:
        'rule "Support": callqueue-agent-availability-type came to nothing: it decides whether the phone rings today',
    });
  });

  it('goes with the token’s own domain', () =>
    expect(requestOf(asked(), '3000', '~')).toMatchObject({
      who: { find: { email: 'jane@acme.example' }, as: 'user' },
    }));
});

describe('an agent id', () => {
  test.each([
    ['1000@acme.example', DOMAIN],
    ['1000@ACME.example', DOMAIN],
    ['sip:1000wp@acme.example', DOMAIN],
    ['1000@anywhere.example', '~'],
  ])('%s in %s', (agent, domain) => {
    const made = requestOf(asked(withId(agent)), '3000', domain);
    expect(made).toMatchObject({ who: { agent } });
    expect(made).toHaveProperty('body', { 'callqueue-agent-availability-type': 'manual' });
  });

  test.each([
    ['1000@other.example', 'came to "1000@other.example": its domain must be acme.example'],
    ['1000', 'came to "1000": must be "user@domain" or "sip:device@domain", as "1000@acme.example"'],
    [undefined, 'came to nothing'],
  ])('%s is none', (id, reason) =>
    expect(requestOf(asked(withId(id)), '3000', DOMAIN)).toMatchObject({
      code: 'agent-invalid',
      owner: 'event',
      reason: expect.stringContaining(`callqueue-agent-id ${reason}`),
    }),
  );
});

describe('the queue', () => {
  it('may be a number', () => expect(requestOf(asked(), 3000, DOMAIN)).toMatchObject({ queue: '3000' }));

  it('that is none is left out of the obstacle, and is told of first', () => {
    const find = { by: 'email', value: undefined, as: 'user' } as const;
    expect(requestOf(asked({ find }), 'all', DOMAIN)).toEqual({
      rule: 'Support',
      code: 'queue-invalid',
      owner: 'event',
      reason:
        'rule "Support": the queue came to "all": must be the extension of a call queue: 1 to 64 letters, digits, ".", "_", "-", and not "all"',
    });
  });
});

describe('the day', () => {
  const on = (date: unknown) => asked({ on: { date, hour: 7, timeZone: 'Europe/London' } });

  test.each([
    [
      'a date',
      '2026-12-01',
      { at: Date.parse('2026-12-01T07:00:00Z'), text: '2026-12-01 at 7:00, Europe/London' },
    ],
    [
      'a time on that date',
      '2026-07-01T00:00:00.000Z',
      { at: Date.parse('2026-07-01T06:00:00Z'), text: '2026-07-01 at 7:00, Europe/London' },
    ],
  ])('%s', (_, date, day) =>
    expect(requestOf(on(date), '3000', DOMAIN)).toMatchObject({ on: day, queue: '3000' }),
  );

  test.each([
    ['nothing', undefined, 'nothing'],
    ['null', null, 'nothing'],
    ['no text', 20261201, '20261201'],
    ['another form', '1/12/2026', '"1/12/2026"'],
    ['no day', '2026-02-30', '"2026-02-30"'],
    ['no date, as .NET writes it', '0001-01-01T00:00:00', '"0001-01-01T00:00:00"'],
    ['several', ['2026-12-01', '2026-12-02'], '["2026-12-01","2026-12-02"]'],
  ])('%s', (_, date, described) =>
    expect(requestOf(on(date), '3000', DOMAIN)).toEqual({
      rule: 'Support',
      queue: '3000',
      code: 'day-invalid',
      owner: 'event',
      reason: `rule "Support": \`on\` came to ${described}: it must be a date as "2026-12-01"`,
    }),
  );
});
