import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { createDirectory } from '../../lambda/netsapiens/directory.ts';
import type { FindBy, FindVerdict } from '../../lambda/netsapiens/directory.ts';
import { startDomain } from './domain-server.ts';
import type { Domain } from './domain-server.ts';

const JANE = {
  domain: 'acme.example',
  user: '1000',
  'name-first-name': 'Jane',
  'name-last-name': 'Doe',
  'email-address': 'jane@acme.example',
  'service-code': '',
};
const JOHN = {
  user: '0042',
  'name-first-name': 'John',
  'name-last-name': 'Van  Dyke',
  'email-address': 'John@Acme.example; support@acme.example;',
};
const QUEUE = {
  user: '3000',
  'name-first-name': 'Support',
  'email-address': 'support@acme.example',
  'service-code': 'System-Queue',
};
/** Users like a large domain has. */
const others = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    user: `u${index}`,
    'email-address': `user${index}@acme.example`,
  }));

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const open = async (given: Partial<Domain> = {}, configured = 'acme.example') => {
  const server = await startDomain(given);
  closers.push(server.close);
  const clock = { now: Date.parse('2026-11-23T12:00:00Z') };
  const directory = createDirectory({
    netsapiens: server.client({ domain: configured, debug: true }),
    domain: configured,
    now: () => clock.now,
  });
  return {
    ...server,
    clock,
    find: (by: FindBy, as: 'user' | 'device' = 'user', tag?: string) => directory.find(by, as, tag),
    email: (email: string): Promise<FindVerdict> => directory.find({ email }, 'user'),
    pages: () => server.requests.filter((path) => path.includes('?')).length,
  };
};

const found = (agent: string) => ({ kind: 'found', agent });

describe('by e-mail address', () => {
  test.each([
    ['as it is', 'jane@acme.example', found('1000@acme.example')],
    ['whatever the case and the spaces', ' JANE@Acme.Example ', found('1000@acme.example')],
    ['the first of several', 'john@acme.example', found('0042@acme.example')],
    ['another, while a queue has it too', 'support@acme.example', found('0042@acme.example')],
    ['part of an address', 'ane@acme.example', { kind: 'absent' }],
    [
      'nobody',
      'joan@acme.example',
      { kind: 'absent', reason: 'no user has the e-mail address "joan@acme.example" yet' },
    ],
    ['two in one', 'jane@acme.example;john@acme.example', { kind: 'absent' }],
    [
      'no address',
      ' ',
      {
        kind: 'refused',
        code: 'agent-invalid',
        owner: 'event',
        reason: 'there is no e-mail address to look for',
      },
    ],
  ])('%s', async (_, email, expected) => {
    const { find } = await open({ users: [JANE, JOHN, QUEUE] });
    expect(await find({ email }, 'user')).toMatchObject(expected);
  });

  test('several have it: nobody is guessed, and their extensions are named', async () => {
    const { email } = await open({
      users: [JANE, { user: '1001', 'email-address': 'doe@acme.example;JANE@acme.example' }, QUEUE],
    });
    expect(await email('jane@acme.example')).toEqual({
      kind: 'refused',
      code: 'person-ambiguous',
      owner: 'event',
      reason: 'the e-mail address "jane@acme.example" belongs to several users: 1000, 1001',
    });
  });

  test('a crowd has it: some are named', async () => {
    const users = others(400).map((row) => ({ ...row, 'email-address': 'all@acme.example' }));
    const { email } = await open({ users });
    expect(await email('all@acme.example')).toMatchObject({
      reason:
        'the e-mail address "all@acme.example" belongs to several users: u0, u1, u2, u3, u4, u5, u6, u7, u8, u9 and 390 more',
    });
  });

  test('the same address twice in one row, and the same row twice, are one person', async () => {
    const twice = { user: '1000', 'email-address': 'jane@acme.example; Jane@acme.example' };
    const { email } = await open({ users: [twice, twice] });
    expect(await email('jane@acme.example')).toEqual(found('1000@acme.example'));
  });

  test('rows that are no users cost the others nothing', async () => {
    const { email } = await open({
      users: [null, 'x', { user: 7 }, { ...JANE, 'name-first-name': null, 'service-code': 5 }],
    });
    expect(await email('jane@acme.example')).toEqual(found('1000@acme.example'));
    expect(await email('joan@acme.example')).toMatchObject({ kind: 'absent' });
  });

  test.each(['Jane Doe', '..', 'sip:1000'])('the extension "%s" can be no agent', async (user) => {
    const { email } = await open({ users: [{ ...JANE, user }] });
    expect(await email('jane@acme.example')).toEqual({
      kind: 'refused',
      code: 'agent-invalid',
      owner: 'event',
      reason: `"${user}@acme.example" can be no agent of a call queue`,
    });
  });

  test.each([
    ['system', { kind: 'absent' }],
    ['SYSTEM-aa', { kind: 'absent' }],
    ['sys', found('1000@acme.example')],
    ['my-system', found('1000@acme.example')],
  ])('the service code "%s"', async (code, expected) => {
    const { email } = await open({ users: [{ ...JANE, 'service-code': code }] });
    expect(await email('jane@acme.example')).toMatchObject(expected);
  });
});

describe('by name', () => {
  test.each([
    ['Jane Doe', found('1000@acme.example')],
    ['  jane   DOE ', found('1000@acme.example')],
    ['John Van Dyke', found('0042@acme.example')],
    ['Zoe\u0308 A\u030a', found('7@acme.example')],
    ['Doe Jane', { kind: 'absent', reason: 'no user has the name "Doe Jane" yet' }],
    ['Jane', { kind: 'absent' }],
    ['', { kind: 'refused', code: 'agent-invalid' }],
    ['Support', { kind: 'absent' }],
  ])('%s', async (name, expected) => {
    const zoe = { user: '7', 'name-first-name': 'Zoë', 'name-last-name': 'Å' };
    const { find } = await open({ users: [JANE, JOHN, QUEUE, zoe] });
    expect(await find({ name })).toMatchObject(expected);
  });

  test('two of one name', async () => {
    const { find } = await open({ users: [JANE, { ...JANE, user: '1001', 'email-address': '' }] });
    expect(await find({ name: 'Jane Doe' })).toMatchObject({
      code: 'person-ambiguous',
      reason: 'the name "Jane Doe" belongs to several users: 1000, 1001',
    });
  });
});

describe('by extension', () => {
  test.each([
    ['1000', found('1000@acme.example')],
    [' 0042 ', found('0042@acme.example')],
    ['42', { kind: 'absent', reason: 'no person has the extension "42" yet' }],
    ['3000', { kind: 'absent' }],
  ])('%s: one call', async (extension, expected) => {
    const { find, requests } = await open({ users: [JANE, JOHN, QUEUE] });
    expect(await find({ extension })).toMatchObject(expected);
    expect(requests).toEqual([`acme.example/users/${extension.trim()}`]);
  });

  test.each(['', '.', '..', '~', '*', 'count', '10/00', '1000@acme.example', 'sip:1000', 'x'.repeat(65)])(
    '"%s" is none, and nobody is asked',
    async (extension) => {
      const { find, requests } = await open({ users: [JANE] });
      expect(await find({ extension })).toMatchObject({
        kind: 'refused',
        code: 'agent-invalid',
        owner: 'event',
      });
      expect(requests).toEqual([]);
    },
  );

  test('a server that answers with somebody else', async () => {
    const { find } = await open({
      broken: { '/users/1001': { status: 200, body: JSON.stringify(JANE) } },
    });
    expect(await find({ extension: '1001' })).toMatchObject({ kind: 'absent' });
  });

  test('what goes wrong is told as it is', async () => {
    const { find } = await open({ broken: { '/users/1001': { status: 401, body: '' } } });
    expect(await find({ extension: '1001' })).toMatchObject({ kind: 'try-again', fault: 'own' });
  });
});

describe('the domain "~"', () => {
  test('is the one that the row names', async () => {
    const { find } = await open({ users: [{ ...JANE, domain: 'real.example' }] }, '~');
    expect(await find({ email: 'jane@acme.example' })).toEqual(found('1000@real.example'));
    expect(await find({ extension: '1000' })).toEqual(found('1000@real.example'));
  });

  test('a row that names none is no agent', async () => {
    const { find } = await open({ users: [{ ...JANE, domain: undefined }] }, '~');
    expect(await find({ extension: '1000' })).toMatchObject({ kind: 'refused', code: 'agent-invalid' });
  });

  test('a configured domain stands, whatever the row says', async () => {
    const { find } = await open({ users: [{ ...JANE, domain: 'evil.example' }] });
    expect(await find({ email: 'jane@acme.example' })).toEqual(found('1000@acme.example'));
  });
});

describe('as a device', () => {
  test.each([
    ['a bare name', [{ device: '1000' }], found('sip:1000@acme.example')],
    ['with a scheme', [{ device: 'sip:1000wp' }], found('sip:1000wp@acme.example')],
    ['with a domain', [{ device: '1000a@acme.example' }], found('sip:1000a@acme.example')],
    ['with both', [{ device: 'sip:1000a@acme.example' }], found('sip:1000a@acme.example')],
    ['the same twice', [{ device: '1000a' }, { device: 'sip:1000a' }], found('sip:1000a@acme.example')],
    ['a row that is none', [{ device: '' }, {}, { device: '1000' }], found('sip:1000@acme.example')],
    ['none', [], { kind: 'absent', reason: 'user 1000 has no device yet' }],
    ['no such path', undefined, { kind: 'absent' }],
    [
      'several',
      [{ device: '1000' }, { device: '1000m' }],
      {
        kind: 'refused',
        code: 'device-ambiguous',
        owner: 'event',
        reason: 'user 1000 has several devices: 1000, 1000m',
      },
    ],
    ['no name for an agent', [{ device: '10 00' }], { kind: 'refused', code: 'agent-invalid' }],
    ['no list', 'x', { kind: 'try-again' }],
  ])('%s', async (_, devices, expected) => {
    const { find } = await open({ users: [JANE], devices: { '1000': devices } });
    for (const by of [{ email: 'jane@acme.example' }, { extension: '1000' }, { name: 'Jane Doe' }])
      expect(await find(by, 'device')).toMatchObject(expected);
  });

  test('nobody has no devices', async () => {
    const { find, requests } = await open({ users: [JANE] });
    expect(await find({ extension: '1001' }, 'device')).toMatchObject({ kind: 'absent' });
    expect(requests).toEqual(['acme.example/users/1001']);
  });
});

describe('page by page', () => {
  test.each([0, 1] as const)('with the first user at %i, everybody is there', async (firstUser) => {
    for (const count of [1, 999, 1000, 1001, 1990, 1995, 2000, 3005]) {
      const { email } = await open({ users: others(count), firstUser });
      expect(await email(`user${count - 1}@acme.example`)).toEqual(found(`u${count - 1}@acme.example`));
      expect(await email(`user${count}@acme.example`)).toMatchObject({ kind: 'absent' });
      if (count > 1000) expect(await email('user999@acme.example')).toEqual(found('u999@acme.example'));
    }
  });

  test('two pages are asked for at a time, and none that is not needed', async () => {
    const { email, requests } = await open({ users: others(3500) });
    await email('user3499@acme.example');
    expect(requests.sort()).toEqual([
      'acme.example/users/count',
      'acme.example/users?limit=1000&start=0',
      'acme.example/users?limit=1000&start=1990',
      'acme.example/users?limit=1000&start=2985',
      'acme.example/users?limit=1000&start=995',
    ]);
  });

  test('a server that gives fewer at a time is asked for all of them', async () => {
    const { email } = await open({ users: others(432), pageSize: 100, firstUser: 1 });
    expect(await email('user431@acme.example')).toEqual(found('u431@acme.example'));
    expect(await email('user432@acme.example')).toMatchObject({ kind: 'absent' });
  });

  test('one page at a time, as nobody knows how long it will be', async () => {
    const { email, pages } = await open({ users: others(2432), pageSize: 500 });
    expect(await email('user2431@acme.example')).toEqual(found('u2431@acme.example'));
    expect(pages()).toBe(5);
  });

  test('so is one that begins to in the middle', async () => {
    const { email, domain } = await open({ users: others(3000) });
    domain.beforePage = (start) => {
      if (start > 0) domain.pageSize = 700;
    };
    for (const there of [994, 1694, 1695, 2689, 2999])
      expect(await email(`user${there}@acme.example`)).toEqual(found(`u${there}@acme.example`));
    expect(await email('user3000@acme.example')).toMatchObject({ kind: 'absent' });
  });

  test('a count that leaves some out ends nothing early', async () => {
    const { email } = await open({ users: others(2500), total: 10 });
    expect(await email('user2499@acme.example')).toEqual(found('u2499@acme.example'));
  });

  test('fewer than counted: nobody is said not to be there', async () => {
    const { email } = await open({ users: others(7), total: 8 });
    expect(await email('user6@acme.example')).toEqual(found('u6@acme.example'));
    expect(await email('user7@acme.example')).toEqual({
      kind: 'try-again',
      fault: 'transient',
      code: 'netsapiens-unavailable',
      owner: 'netsapiens',
      inDoubt: false,
      notBefore: 30,
      reason: '7 of 8 users could be read, and the e-mail address "user7@acme.example" was not among them',
    });
  });

  test('a server that ignores where to start comes to an end', async () => {
    const { email, pages } = await open({ users: others(2500), firstUser: 1_000_000 });
    expect(await email('user2000@acme.example')).toMatchObject({ kind: 'try-again' });
    expect(pages()).toBe(3);
  });

  test('a few users deleted in the middle of the reading hide nobody', async () => {
    const { email, domain } = await open({ users: others(2500) });
    domain.beforePage = (start) => {
      if (start > 0) {
        domain.users.splice(10, 3);
        delete domain.beforePage;
      }
    };
    for (const there of [0, 9, 999, 1000, 1001, 1003, 2499])
      expect(await email(`user${there}@acme.example`)).toEqual(found(`u${there}@acme.example`));
  });

  test('many deleted: what was between two pages is not said to be missing', async () => {
    const { email, domain } = await open({ users: others(2500), total: 2000 });
    domain.beforePage = (start) => {
      if (start > 0) {
        domain.users.splice(0, 100);
        delete domain.beforePage;
      }
    };
    expect(await email('user1050@acme.example')).toMatchObject({ kind: 'try-again' });
    expect(await email('user2499@acme.example')).toEqual(found('u2499@acme.example'));
  });

  test('a domain that is too large is refused, and not read', async () => {
    const { email, pages } = await open({ users: others(1000), total: 200_001 });
    expect(await email('user1@acme.example')).toEqual({
      kind: 'refused',
      code: 'request-refused',
      owner: 'configuration',
      reason: 'the domain has 200001 users, and at most 200000 are searched: find the person by extension',
    });
    expect(pages()).toBe(1);
  });

  test('also where the count is too small, it is not kept', async () => {
    const users = Array.from({ length: 200_001 }, (_, index) => ({ user: `u${index}` }));
    const { email } = await open({ users, total: 10, pageSize: 300_000 });
    expect(await email('user1@acme.example')).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('has 200001 users'),
    });
  });

  test('a domain without users is a mistake of the configuration', async () => {
    const nothing = { status: 404, body: '{"code":404,"message":"Not found"}' };
    for (const broken of [{ '/users': nothing }, { '/users/count': nothing }]) {
      const { email } = await open({ broken });
      expect(await email('jane@acme.example')).toEqual({
        kind: 'refused',
        code: 'request-refused',
        owner: 'configuration',
        reason: 'NetSapiens shows no users of the domain "acme.example"',
      });
    }
  });

  test.each(['/users', '/users/count'])('%s fails: told as it is, and not kept', async (path) => {
    const { email, domain } = await open({
      users: [JANE],
      broken: { [path]: { status: 503, body: '' } },
    });
    expect(await email('jane@acme.example')).toMatchObject({ kind: 'try-again', fault: 'transient' });
    domain.broken = {};
    expect(await email('jane@acme.example')).toEqual(found('1000@acme.example'));
  });

  test('a later page fails: told as it is, and not kept', async () => {
    const { email, domain } = await open({
      users: others(4000),
      broken: { '/users?limit=1000&start=1990': { status: 429, body: '' } },
    });
    expect(await email('user0@acme.example')).toMatchObject({ kind: 'try-again', inDoubt: false });
    domain.broken = {};
    expect(await email('user3999@acme.example')).toEqual(found('u3999@acme.example'));
  });

  test('an end that is a 404 is an end', async () => {
    const { email } = await open({
      users: others(1000),
      broken: { '/users?limit=1000&start=995': { status: 404, body: '' } },
    });
    expect(await email('user999@acme.example')).toEqual(found('u999@acme.example'));
    expect(await email('user1000@acme.example')).toMatchObject({ kind: 'absent' });
  });
});

describe('the copy', () => {
  test('searches at the same time share one reading', async () => {
    const { email, find, requests } = await open({ users: [JANE, JOHN] });
    expect(
      await Promise.all([
        email('jane@acme.example'),
        find({ name: 'John van Dyke' }),
        email('joan@acme.example'),
      ]),
    ).toMatchObject([found('1000@acme.example'), found('0042@acme.example'), { kind: 'absent' }]);
    expect(requests).toHaveLength(2);
  });

  test('whoever is found in it is believed to be there for five minutes', async () => {
    const { email, clock, domain, pages } = await open({ users: [JANE] });
    await email('jane@acme.example');
    domain.users = [{ ...JANE, user: '2000' }];
    clock.now += 299_999;
    expect(await email('jane@acme.example')).toEqual(found('1000@acme.example'));
    expect(pages()).toBe(1);
    clock.now += 1;
    expect(await email('jane@acme.example')).toEqual(found('2000@acme.example'));
    expect(pages()).toBe(2);
  });

  test('whoever is not is looked for afresh after half a minute, once for all who are not', async () => {
    const { email, clock, domain, pages } = await open({ users: [JANE] });
    await email('joan@acme.example');
    domain.users = [JANE, { user: '1001', 'email-address': 'joan@acme.example' }];
    clock.now += 29_999;
    expect(await email('joan@acme.example')).toMatchObject({ kind: 'absent' });
    expect(pages()).toBe(1);
    clock.now += 1;
    expect(await email('joan@acme.example')).toEqual(found('1001@acme.example'));
    for (let nobody = 0; nobody < 1000; nobody += 1)
      expect(await email(`nobody${nobody}@acme.example`)).toMatchObject({ kind: 'absent' });
    expect(pages()).toBe(2);
  });

  test('two who share an address are looked at afresh too: it may have been put right', async () => {
    const { email, clock, domain } = await open({ users: [JANE, { ...JANE, user: '1001' }] });
    expect(await email('jane@acme.example')).toMatchObject({ code: 'person-ambiguous' });
    domain.users = [JANE];
    clock.now += 30_000;
    expect(await email('jane@acme.example')).toEqual(found('1000@acme.example'));
  });

  test('outlives a reading that fails, for those who are in it', async () => {
    const { email, clock, domain } = await open({ users: [JANE] });
    await email('jane@acme.example');
    clock.now += 60_000;
    domain.broken = { '/users': { status: 500, body: '' } };
    expect(await email('joan@acme.example')).toMatchObject({ kind: 'try-again' });
    expect(await email('jane@acme.example')).toEqual(found('1000@acme.example'));
  });
});

test('the tag goes with every call', async () => {
  const { find, tags } = await open({ users: [JANE], devices: { '1000': [{ device: '1000' }] } });
  await find({ email: 'jane@acme.example' }, 'device', 'event-1');
  await find({ extension: '1000' }, 'device', 'event-2');
  expect(tags).toEqual(['event-1', 'event-1', 'event-1', 'event-2', 'event-2']);
});

// A person is a set of letters, each an address; how the field writes them down is chance.
const letter = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const person = fc.record({
  letters: fc.uniqueArray(letter, { maxLength: 3 }),
  system: fc.boolean(),
  upper: fc.boolean(),
  gap: fc.constantFrom(';', ' ; ', ';;', '; ;'),
});

test('for any directory, whoever has the address is found, and nobody else', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { maxLength: 10 }),
      fc.array(fc.nat(2_400), { minLength: 10, maxLength: 10 }),
      fc.record({
        firstUser: fc.constantFrom(0 as const, 1 as const),
        pageSize: fc.constantFrom(1000, 333, 250),
        strangers: fc.constantFrom(0, 700, 1_000, 2_400),
      }),
      async (people, places, { firstUser, pageSize, strangers }) => {
        const users: unknown[] = others(strangers);
        for (const [index, { letters, system, upper, gap }] of people.entries()) {
          const field = letters.map((each) => `${each}@x.example`).join(gap);
          users.splice(Math.min(places[index] ?? 0, users.length), 0, {
            user: `p${index}`,
            'email-address': upper ? field.toUpperCase() : field,
            'service-code': system ? 'system-aa' : '',
          });
        }
        const { email, close } = await open({ users, firstUser, pageSize });
        for (const each of ['a', 'b', 'c', 'd', 'e'] as const) {
          const having = people.flatMap(({ letters, system }, index) =>
            letters.includes(each) && !system ? [`p${index}`] : [],
          );
          const verdict = await email(`${each}@x.example`);
          if (having.length === 0) expect(verdict.kind).toBe('absent');
          else if (having.length === 1) expect(verdict).toEqual(found(`${having[0]}@acme.example`));
          else {
            expect(verdict).toMatchObject({ kind: 'refused', code: 'person-ambiguous' });
            const named = 'reason' in verdict ? verdict.reason.split(': ')[1]?.split(', ') : [];
            expect(named?.sort()).toEqual(having.sort());
          }
        }
        close();
      },
    ),
    { numRuns: 60 },
  );
});

test('no answer of any kind is taken for a person', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), fc.constantFrom(200, 202, 404), async (body, status) => {
      const answer = { status, body };
      const { find, close } = await open({
        broken: { '/users': answer, '/users/count': answer, '/users/1000': answer },
      });
      expect((await find({ email: 'jane@acme.example' })).kind).not.toBe('found');
      expect((await find({ extension: '1000' })).kind).not.toBe('found');
      close();
    }),
  );
});
