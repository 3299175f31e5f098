/** The checks against the simulator: what each finds, in its own words. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSend } from '../../../lambda/http.ts';
import { createAsk } from '../../../local/doctor/ask.ts';
import { examine } from '../../../local/doctor/examine.ts';
import type { Patient } from '../../../local/doctor/examine.ts';
import type { Misbehaviour } from '../../../local/netsapiens/misbehaviour.ts';
import { startSimulator } from '../../../local/netsapiens/simulator.ts';

const TOKEN = 'nsd_test-token';
const RIGHT_KEY =
  'an API key of this one domain (nsd_...), not read-only, with the models agent, callqueue and subscriber';

type Rules = Patient['configuration']['rules'];

const rule = (given: Partial<Rules[number]> = {}): Rules[number] => ({
  name: 'Support',
  from: ['hr'],
  queues: ['3000'],
  agent: {
    'callqueue-agent-id': "{% person.extension & '@acme.example' %}",
    'callqueue-agent-availability-type': 'manual',
  },
  ...given,
});

interface Given {
  readonly domain?: string;
  readonly rules?: Rules;
  readonly secret?: string;
  readonly misbehaviours?: readonly Misbehaviour[];
}

const examined = async ({
  domain = 'acme.example',
  rules = [rule()],
  secret = TOKEN,
  misbehaviours = [],
}: Given) => {
  const simulator = await startSimulator({
    domain: 'acme.example',
    token: TOKEN,
    users: [{ user: '1001', 'name-first-name': 'Jane', 'email-address': 'jane@acme.example' }],
    queues: [
      {
        callqueue: '3000',
        description: 'Support',
        agents: [{ 'callqueue-agent-id': '1001@acme.example' }],
      },
      { callqueue: '3001', description: 'Slot', 'callqueue-dispatch-type': 'Call Park' },
      { callqueue: '3002', description: 'Night' },
    ],
  });
  onTestFinished(simulator.close);
  for (const misbehaviour of misbehaviours) simulator.misbehave(misbehaviour);
  const ask = createAsk({ origin: simulator.origin, send: createSend(), now: Date.now });
  const configuration = { netsapiens: { server: 'pbx.example.com', domain }, rules };
  const findings: string[] = [];
  const remedies: (string | undefined)[] = [];
  for await (const found of examine({ configuration, secret, ask, now: Date.now() })) {
    if (found.about === 'rule') continue;
    findings.push(`${found.level} ${found.about}: ${found.sentence}`);
    if (found.level === 'problem' || found.level === 'warning') remedies.push(found.remedy);
  }
  const asked = simulator.requests.map(({ method, path, query }) => `${method} ${path}${query}`);
  // Of a finding that is not ok, and of nothing else, a person wants to know what to do.
  expect(remedies).not.toContain(undefined);
  expect(asked.filter((each) => !each.startsWith('GET '))).toEqual([]);
  expect(findings.join() + remedies.join()).not.toMatch(/nsd_test|Jane|jane@/);
  return { findings, remedies, asked };
};

const SERVER = 'ok server: answers, with API version 45.0.0';
const KEY_FORM = 'ok token: is an API key of one domain (nsd_), which does not expire';
const KEY =
  'ok key: may write in acme.example; scope Office Manager; models agent, callqueue, subscriber and device';
const QUEUE = 'ok queue: 3000 Support: 1 agent';
const REST = 'skipped rest: nothing more was asked of the server';

const answer = (path: RegExp, status: number, body?: unknown): Misbehaviour => ({
  when: { path },
  how: { status, ...(body === undefined ? {} : { body }) },
});

test('all is well: each queue once, and no more calls than that takes', async () => {
  const { findings, remedies, asked } = await examined({
    rules: [rule(), rule({ name: 'Again', queues: ['3000', '3002', '3002'] })],
  });
  expect(findings).toEqual([SERVER, KEY_FORM, KEY, QUEUE, 'ok queue: 3002 Night: no agents']);
  expect(remedies).toEqual([]);
  expect(asked).toEqual([
    'GET /version',
    'GET /apikeys/~',
    'GET /domains/acme.example/callqueues/3000',
    'GET /domains/acme.example/callqueues/3000/agents',
    'GET /domains/acme.example/callqueues/3002',
    'GET /domains/acme.example/callqueues/3002/agents',
  ]);
});

describe('server', () => {
  const ASK = 'It should be 44 or newer: ask your provider.';
  test.each<[body: unknown, status: number, sentence: string, remedy: string]>([
    [{ apiversion: '43.2.1' }, 200, 'warning server: answers, with API version 43.2.1', ASK],
    [
      { version: 45 },
      200,
      'warning server: answers, but does not tell its version: its answer has another form than is known',
      ASK,
    ],
    [
      { code: 404, message: 'Nothing' },
      404,
      'warning server: answers, but does not tell its version: 404: Nothing',
      ASK,
    ],
    [
      { code: 404, message: 'No Route Found' },
      404,
      'warning server: answers, but does not tell its version: the server does not know this call (404: No Route Found)',
      'Is netsapiens.server in onqueue.yaml the host of API v2? Ask your provider.',
    ],
    [
      '<html>Welcome</html>',
      200,
      'warning server: answers, but does not tell its version: what answers does not speak JSON: a web page, or a proxy in between',
      'Is netsapiens.server in onqueue.yaml the host of the API, and not of the portal alone?',
    ],
    [
      '<html>Moved</html>',
      301,
      'warning server: answers, but does not tell its version: the server sends the caller elsewhere (301), where Onqueue does not follow',
      'Write the host that it leads to as netsapiens.server in onqueue.yaml.',
    ],
  ])('%j', async (body, status, sentence, remedy) => {
    const { findings, remedies } = await examined({ misbehaviours: [answer(/version/, status, body)] });
    expect(findings).toEqual([sentence, KEY_FORM, KEY, QUEUE]);
    expect(remedies).toEqual([remedy]);
  });

  test.each(['44.1', 'v45.0.0', '46'])('version %s will do', async (apiversion) => {
    const { findings } = await examined({ misbehaviours: [answer(/version/, 200, { apiversion })] });
    expect(findings[0]).toBe(`ok server: answers, with API version ${apiversion}`);
  });
});

const BLOCKED =
  'Wait for a quarter of an hour at least: asking again can lengthen a block. Then look at the rights of the ' +
  'token and the addresses that it may be used from, and ask your provider whether this one is blocked.';

describe('after a 403 nothing more is asked', () => {
  test.each([
    [/version/, 'server: ', 1],
    [/apikeys/, 'key: ', 2],
    [/3000$/, 'queue: 3000: ', 3],
    [/agents$/, 'queue: 3000 Support, its agents: ', 4],
    [/users\/1001/, 'user: 1001@acme.example: ', 5],
    [/users$/, 'people: the directory: ', 6],
    [/count/, 'people: ', 7],
  ])('at %s', async (path, where, calls) => {
    const { findings, remedies, asked } = await examined({
      rules: [
        rule({ agent: { 'callqueue-agent-id': '1001@acme.example' } }),
        rule({ name: 'Find', agent: { find: { email: '{% person.email %}' }, as: 'user' } }),
      ],
      misbehaviours: [{ ...answer(path, 403, { code: 403, message: 'Forbidden' }), times: 'always' }],
    });
    expect(findings).toContain(
      `problem ${where}the token lacks a right, or the server has blocked this address (403: Forbidden)`,
    );
    expect(findings.at(-1)).toBe(REST);
    expect(remedies).toEqual([BLOCKED]);
    expect(asked).toHaveLength(calls);
  });
});

describe('token', () => {
  test('refused: the server is not asked again', async () => {
    const { findings, remedies, asked } = await examined({ secret: 'nsd_another-token' });
    expect(findings).toEqual([
      SERVER,
      KEY_FORM,
      'problem key: the server refuses the token (401: Unauthorized)',
      REST,
    ]);
    expect(remedies).toEqual(['An API key has 60 characters, this one has 17: copy it whole.']);
    expect(asked).toEqual(['GET /version', 'GET /apikeys/~']);
  });

  test('none that could be sent: the server is asked for its version alone', async () => {
    const { findings, asked } = await examined({ secret: '{"token":"","#placeholder":"x"}' });
    expect(findings).toEqual([SERVER, 'problem token: is not filled in yet', REST]);
    expect(asked).toEqual(['GET /version']);
  });

  test('an access token cannot be asked what it may do, and is tried', async () => {
    const { findings, remedies } = await examined({ secret: '0123456789abcdef' });
    expect(findings).toEqual([
      SERVER,
      'warning token: is an access token, which lives for about an hour: then everything stops',
      'problem queue: 3000: the server refuses the token (401: Unauthorized)',
      REST,
    ]);
    expect(remedies[1]).toBe(`It has probably run out. Make ${RIGHT_KEY}.`);
  });

  test('a server that repeats the token is not repeated', async () => {
    const { findings } = await examined({
      misbehaviours: [answer(/apikeys/, 401, { code: 401, message: `no ${TOKEN} here` })],
    });
    expect(findings).toContain('problem key: the server refuses the token (401: no (the token) here)');
  });
});

test('domain ~ with an API key: the queues are not even asked for', async () => {
  const { findings, remedies, asked } = await examined({ domain: '~' });
  expect(findings).toEqual([
    SERVER,
    KEY_FORM,
    'problem domain: is "~", the token\'s own domain, which the server does not take from an API key (400)',
    REST,
  ]);
  expect(remedies).toEqual(['Write the name of the domain as netsapiens.domain in onqueue.yaml.']);
  expect(asked).toEqual(['GET /version']);
});

describe('key', () => {
  const told = {
    domain: 'acme.example',
    'user-scope': 'Office Manager',
    readonly: 'no',
    'can-create-keys': 'no',
    'allowed-models': ['agent', 'callqueue', 'subscriber'],
  };
  const judged = async (key: object, rules?: Rules) => {
    const { findings, remedies } = await examined({
      misbehaviours: [answer(/apikeys/, 200, key)],
      ...(rules && { rules }),
    });
    return { findings: findings.filter((each) => each.includes(' key: ')), remedies };
  };

  test.each<[about: object, sentence: string]>([
    [{}, 'models agent, callqueue and subscriber'],
    [{ domain: 'ACME.example' }, 'models agent, callqueue and subscriber'],
    [{ 'allowed-models': '*' }, 'all models'],
    [{ 'allowed-models': null }, 'all models'],
    [{ 'allowed-models': 'agent,callqueue, subscriber' }, 'models agent, callqueue and subscriber'],
    [{ readonly: false, 'can-create-keys': 0 }, 'models agent, callqueue and subscriber'],
    [{ 'ip-address': '' }, 'models agent, callqueue and subscriber'],
    [{ 'ip-address': '*' }, 'models agent, callqueue and subscriber'],
  ])('ok: %j', async (about, models) => {
    expect(await judged({ ...told, ...about })).toEqual({
      findings: [`ok key: may write in acme.example; scope Office Manager; ${models}`],
      remedies: [],
    });
  });

  const REPLACE = `Make ${RIGHT_KEY}.`;
  const LOOK = `See in the portal that it is ${RIGHT_KEY}.`;
  test.each<[about: object, sentence: string, remedy: string]>([
    [
      { domain: 'other.example' },
      'problem key: is of the domain other.example, and not of acme.example',
      REPLACE,
    ],
    [{ readonly: 'yes' }, 'problem key: is read-only: it can look at queues, not add to them', REPLACE],
    [{ readonly: true }, 'problem key: is read-only: it can look at queues, not add to them', REPLACE],
    [
      { 'allowed-models': ['agent', 'callqueue'] },
      'problem key: lacks the model subscriber',
      'Let it have the models agent, callqueue and subscriber, or all.',
    ],
    [
      { 'allowed-models': 'message' },
      'problem key: lacks the models agent, callqueue and subscriber',
      'Let it have the models agent, callqueue and subscriber, or all.',
    ],
    [
      { domain: '*', 'user-scope': 'Super User', 'can-create-keys': 'yes' },
      'warning key: has more power than Onqueue needs: its scope is Super User, it reaches every domain and it can make further keys',
      REPLACE,
    ],
    [
      { 'can-create-keys': 'yes' },
      'warning key: has more power than Onqueue needs: it can make further keys',
      REPLACE,
    ],
    [
      { 'ip-address': '198.51.100.7,203.0.113.0/24' },
      'warning key: is good only from 198.51.100.7,203.0.113.0/24; Lambda calls from addresses of AWS that change',
      'Take the limit away, or give the function that delivers a fixed address (a VPC with a NAT gateway).',
    ],
    [
      { domain: undefined, readonly: 'maybe' },
      'warning key: what it may do could not be told: the server leaves out its domain and whether it is read-only',
      LOOK,
    ],
  ])('%j', async (about, sentence, remedy) => {
    expect(await judged({ ...told, ...about })).toEqual({ findings: [sentence], remedies: [remedy] });
  });

  test('a rule that looks devices up needs one model more', async () => {
    const find = rule({ agent: { find: { email: '{% person.email %}' }, as: 'device' } });
    expect((await judged(told, [find])).findings).toEqual(['problem key: lacks the model device']);
    expect((await judged({ ...told, 'allowed-models': '*' }, [find])).findings).toEqual([
      'ok key: may write in acme.example; scope Office Manager; all models',
    ]);
  });

  test.each<[status: number, body: unknown, why: string]>([
    [404, { code: 404, message: 'No key' }, 'the server does not tell (404: No key)'],
    [
      404,
      { code: 404, message: 'No Route Found' },
      'the server does not know this call (404: No Route Found)',
    ],
    [401, { code: 401, message: 'Invalid Scope' }, 'the token has no right to this (401: Invalid Scope)'],
    [200, { code: 401, message: 'Invalid Scope' }, 'the token has no right to this (401: Invalid Scope)'],
    [500, '<html>Error</html>', 'the server is in trouble (500)'],
    [200, [], 'the server tells of it in another form than is known'],
    [200, '', 'the server tells of it in another form than is known'],
  ])('not told (%i %j): the queues are still looked at', async (status, body, why) => {
    const { findings, remedies } = await examined({ misbehaviours: [answer(/apikeys/, status, body)] });
    expect(findings).toEqual([
      SERVER,
      KEY_FORM,
      `warning key: what it may do could not be told: ${why}`,
      QUEUE,
    ]);
    expect(remedies).toEqual([LOOK]);
  });
});

describe('queue', () => {
  const rules = [
    rule({ queues: ['3009', '3009'] }),
    rule({ name: 'Night', queues: ['3009', '{% ticket.id %}'] }),
  ];
  const MAKE = 'Make this call queue in the portal, or correct `queues` in onqueue.yaml.';

  test('that does not exist', async () => {
    const { findings, remedies } = await examined({ rules });
    expect(findings.slice(3)).toEqual([
      'problem queue: 3009 does not exist in acme.example (404: Call queue 3009 not found); the rules "Support" and "Night" would add to it',
    ]);
    expect(remedies).toEqual([MAKE]);
  });

  test.each([{}, [], ''])('that is answered with %j', async (body) => {
    const { findings } = await examined({ misbehaviours: [answer(/3000$/, 200, body)] });
    expect(findings.slice(3)).toEqual([
      'problem queue: 3000 does not exist in acme.example (an answer without a queue); the rule "Support" would add to it',
    ]);
  });

  test('that is a Call Park', async () => {
    const { findings, remedies } = await examined({ rules: [rule({ queues: ['3001'] })] });
    expect(findings.slice(3)).toEqual([
      'problem queue: 3001 Slot is a Call Park, where nobody takes calls; the rule "Support" would add to it',
    ]);
    expect(remedies).toEqual(['Name a call queue in `queues` in onqueue.yaml.']);
  });

  test('without agents, told by a 404', async () => {
    const { findings } = await examined({ misbehaviours: [answer(/agents$/, 404)] });
    expect(findings.slice(3)).toEqual(['ok queue: 3000 Support: no agents']);
  });

  test.each<[Misbehaviour, string, string]>([
    [
      answer(/agents$/, 200, { agents: [] }),
      'problem queue: 3000 Support: what should be its agents is no list of agents',
      'Onqueue cannot tell who is there already, and adds nobody. Show this to your provider.',
    ],
    [
      answer(/agents$/, 503, { code: 503, message: 'Busy' }),
      'problem queue: 3000 Support, its agents: the server is in trouble (503: Busy)',
      'Run it again later. Ask your provider if it lasts.',
    ],
    [
      answer(/3000$/, 400, { code: 400, message: 'Bad domain' }),
      'problem queue: 3000: the server refuses the call (400: Bad domain)',
      'Show these words to your provider.',
    ],
    [
      answer(/3000$/, 200, { code: 400, message: 'Bad domain' }),
      'problem queue: 3000: the server refuses the call (400: Bad domain)',
      'Show these words to your provider.',
    ],
  ])('that cannot be read: %j', async (misbehaviour, sentence, remedy) => {
    const { findings, remedies } = await examined({
      rules: [rule({ queues: ['3000', '3002'] })],
      misbehaviours: [misbehaviour],
    });
    // The next is asked for all the same.
    expect(findings.slice(3)).toEqual([sentence, 'ok queue: 3002 Night: no agents']);
    expect(remedies).toEqual([remedy]);
  });

  test.each<[Misbehaviour, string, string]>([
    [
      answer(/3000$/, 401, { code: 401, message: 'Invalid Scope' }),
      'problem queue: 3000: the token has no right to this (401: Invalid Scope)',
      `Make ${RIGHT_KEY}.`,
    ],
    [
      answer(/3000$/, 429, { code: 429, message: 'Slow down' }),
      'problem queue: 3000: the server wants fewer calls (429: Slow down)',
      'Run it again in some minutes.',
    ],
  ])('and to ask further is in vain: %j', async (misbehaviour, sentence, remedy) => {
    const { findings, remedies } = await examined({
      rules: [rule({ queues: ['3000', '3002'] })],
      misbehaviours: [misbehaviour],
    });
    expect(findings.slice(3)).toEqual([sentence, REST]);
    expect(remedies).toEqual([remedy]);
  });
});

describe('user', () => {
  const named = (id: string): Rules => [rule({ agent: { 'callqueue-agent-id': id } })];
  test.each([
    ['1001@acme.example', 'ok user: 1001@acme.example exists'],
    [
      '1900@acme.example',
      'problem user: 1900@acme.example does not exist (404: User 1900 not found); the rule "Support" would add it',
    ],
    [
      '3000@acme.example',
      'warning user: 3000@acme.example belongs to the system itself (system-queue), not to a person; the rule "Support" would add it',
    ],
    [
      'sip:1001wp@acme.example',
      'skipped user: sip:1001wp@acme.example is a device: whether it exists was not asked',
    ],
  ])('%s', async (id, sentence) => {
    expect((await examined({ rules: named(id) })).findings.slice(4)).toEqual([sentence]);
  });
});

describe('people', () => {
  const rules = [rule({ agent: { find: { email: '{% person.email %}' } } })];

  test('are asked for only where a rule looks them up', async () => {
    const { findings, asked } = await examined({ rules });
    // One person, and a user record for each of the three queues.
    expect(findings.slice(4)).toEqual(['ok people: the directory can be read: 4 users']);
    expect(asked.slice(-2)).toEqual([
      'GET /domains/acme.example/users?limit=1',
      'GET /domains/acme.example/users/count',
    ]);
  });

  test.each<[Misbehaviour, string]>([
    [
      answer(/users$/, 404, { code: 404, message: 'No domain' }),
      'problem people: there are no users in acme.example (404: No domain)',
    ],
    [answer(/users$/, 200, {}), 'problem people: what should be the directory is no list of users'],
    [answer(/users$/, 500, {}), 'problem people: the directory: the server is in trouble (500)'],
    [answer(/count/, 500, {}), 'ok people: the directory can be read: how many users was not told'],
    [
      answer(/count/, 200, { total: 'x' }),
      'ok people: the directory can be read: how many users was not told',
    ],
    [answer(/count/, 200, { total: '51234' }), 'ok people: the directory can be read: 51,234 users'],
  ])('%j', async (misbehaviour, sentence) => {
    const { findings } = await examined({ rules, misbehaviours: [misbehaviour] });
    expect(findings.slice(4)).toEqual([sentence]);
  });
});

test('a server that goes away in the middle', async () => {
  const { findings } = await examined({
    misbehaviours: [{ when: { path: /3000$/ }, times: 'always', how: { reset: 'before' } }],
  });
  expect(findings.slice(3)).toEqual([
    expect.stringMatching(
      /^problem queue: 3000: the connection to 127\.0\.0\.1:\d+ breaks off \(ECONNRESET\)$/,
    ),
    REST,
  ]);
});
