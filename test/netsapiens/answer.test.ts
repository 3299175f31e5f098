import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  classifyAdd,
  classifyCount,
  classifyDevices,
  classifyQueue,
  classifyRead,
  classifyUser,
  classifyUsers,
  retryAfterSeconds,
} from '../../lambda/netsapiens/answer.ts';
import type { Reply } from '../../lambda/http.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const answer = (status: number, body = '', headers: Record<string, string> = {}): Reply => ({
  kind: 'answer',
  status,
  headers,
  body,
});
const error = (code: number, message: string) => JSON.stringify({ code, message });

describe('adding an agent', () => {
  test.each([
    ['200 with the agent', answer(200, '{"callqueue-agent-id":"1000@acme.example"}')],
    ['202 accepted', answer(202, '{"code":202,"message":"Accepted"}')],
    ['an empty 202', answer(202)],
    ['a 200 of plain text', answer(200, 'OK')],
    ['any other 2xx', answer(204)],
    ['JSON that is not an object', answer(200, '"done"')],
    ['a plain text with a bracket in it', answer(200, 'OK [1]')],
    ['a plain word with a brace in it', answer(200, 'ok{1}')],
    ['JSON after a line break', answer(200, '\n{"code":200}')],
  ])('%s: added', (_, reply) => expect(classifyAdd(reply, NOW)).toEqual({ kind: 'added' }));

  test.each([
    // [what, reply, kind, code, owner]
    ['400', answer(400, error(400, 'Bad Request')), 'look-again', 'request-refused', 'configuration'],
    ['404', answer(404, error(404, 'Not Found')), 'look-again', 'person-not-found', 'event'],
    ['409', answer(409, error(409, 'Conflict')), 'look-again', 'netsapiens-unavailable', 'netsapiens'],
    [
      'a page of HTML with 200',
      answer(200, '<html>login</html>'),
      'look-again',
      'netsapiens-unavailable',
      'netsapiens',
    ],
    [
      'a page of HTML after a line break',
      answer(200, '\r\n  <!doctype html>'),
      'look-again',
      'netsapiens-unavailable',
      'netsapiens',
    ],
    [
      'JSON that breaks off',
      answer(200, '{"callqueue-agent'),
      'look-again',
      'netsapiens-unavailable',
      'netsapiens',
    ],
  ])('%s: the agents are read before it is believed', (_, reply, kind, code, owner) =>
    expect(classifyAdd(reply, NOW)).toMatchObject({ kind, absent: { code, owner } }),
  );

  // Nobody has shown how an agent who is there is refused. A read that is behind must not make it final.
  test.each([
    [400, 'Agent already exists', 'try-again'],
    [404, 'Duplicate entry', 'try-again'],
    [409, '', 'try-again'],
    [400, 'Agent already in queue', 'try-again'],
    [400, 'Bad Request', 'refused'],
    [404, 'User does not exist', 'refused'],
    [404, "User doesn't exist", 'refused'],
    [404, 'No such user exists', 'refused'],
    [404, 'None exists', 'refused'],
  ])('%i "%s", and the agent is not to be seen: %s', (status, message, kind) =>
    expect(classifyAdd(answer(status, error(status, message)), NOW)).toMatchObject({
      kind: 'look-again',
      present: 'already-member',
      absent: { kind },
    }),
  );

  test('an answer in doubt keeps its doubt when the agent is not to be seen', () => {
    for (const reply of [answer(409), answer(200, '<html>'), answer(400, error(400, 'already there'))])
      expect(classifyAdd(reply, NOW)).toMatchObject({
        absent: { kind: 'try-again', inDoubt: true, notBefore: 30 },
      });
  });

  test.each([
    ['an error code of 400 in a 200', answer(200, error(400, 'bad')), 'look-again'],
    ['one of 599', answer(200, error(599, 'bad')), 'try-again'],
    ['a code that is no error', answer(200, error(399, 'fine')), 'added'],
    ['a code beyond any status', answer(200, error(600, 'fine')), 'added'],
    ['a code in an answer that has a status of its own', answer(405, error(503, 'no')), 'refused'],
    ['300', answer(300), 'try-again'],
    ['a 404 that is about no route', answer(404, error(404, 'no route found')), 'refused'],
  ])('%s', (_, reply, kind) => expect(classifyAdd(reply, NOW).kind).toBe(kind));

  test.each([
    ['404 No Route Found', answer(404, error(404, 'No Route Found')), 'no-such-route'],
    ['405', answer(405), 'request-refused'],
    ['413', answer(413), 'request-refused'],
    ['422', answer(422), 'request-refused'],
    ['405 with words of another status', answer(405, error(405, 'already exists')), 'request-refused'],
    ['405 that speaks of a route', answer(405, error(405, 'No Route Found')), 'request-refused'],
  ])('%s: refused for good, and the configuration is at fault', (_, reply, code) =>
    expect(classifyAdd(reply, NOW)).toMatchObject({ kind: 'refused', code, owner: 'configuration' }),
  );

  test.each([
    // [what, reply, fault, inDoubt, notBefore]
    ['401', answer(401, error(401, 'Invalid Scope')), 'own', false, 0],
    ['403', answer(403), 'own', false, 900],
    ['403 that asks for longer', answer(403, '', { 'retry-after': '3600' }), 'own', false, 3600],
    ['408', answer(408), 'transient', true, 30],
    ['425', answer(425), 'transient', true, 30],
    ['429', answer(429), 'transient', true, 30],
    ['429 with seconds', answer(429, '', { 'retry-after': '120' }), 'transient', true, 120],
    [
      '429 with a date',
      answer(429, '', { 'retry-after': 'Mon, 23 Nov 2026 12:05:00 GMT' }),
      'transient',
      true,
      300,
    ],
    ['500', answer(500, error(500, 'oops')), 'transient', true, 30],
    ['502 of a proxy, in HTML', answer(502, '<html>Bad Gateway</html>'), 'transient', true, 30],
    ['503', answer(503, '', { 'retry-after': '5' }), 'transient', true, 30],
    ['504', answer(504), 'transient', true, 30],
    ['a 200 with an error inside', answer(200, error(503, 'later')), 'transient', true, 30],
    ['a 200 with a 401 inside', answer(200, error(401, 'Invalid Scope')), 'own', false, 0],
    ['a redirect', answer(302, '', { location: '/login' }), 'transient', false, 0],
    ['a timeout', { kind: 'no-answer', sent: true, why: 'timeout' }, 'transient', true, 30],
    ['a connection that broke', { kind: 'no-answer', sent: true, why: 'ECONNRESET' }, 'transient', true, 30],
    ['a connection refused', { kind: 'no-answer', sent: false, why: 'ECONNREFUSED' }, 'transient', false, 0],
  ] satisfies [string, Reply, string, boolean, number][])(
    '%s: try again',
    (_, reply, fault, inDoubt, notBefore) =>
      expect(classifyAdd(reply, NOW)).toMatchObject({ kind: 'try-again', fault, inDoubt, notBefore }),
  );

  test.each<[string, Reply, ReturnType<typeof classifyAdd>]>([
    [
      '401',
      answer(401, error(401, 'Invalid Scope')),
      {
        kind: 'try-again',
        fault: 'own',
        code: 'credential-refused',
        owner: 'configuration',
        inDoubt: false,
        notBefore: 0,
        reason: 'NetSapiens answered 401: Invalid Scope (the bearer token is refused)',
      },
    ],
    [
      '403',
      answer(403),
      {
        kind: 'try-again',
        fault: 'own',
        code: 'credential-refused',
        owner: 'configuration',
        inDoubt: false,
        notBefore: 900,
        reason: 'NetSapiens answered 403 (a right is missing, or this address is blocked)',
      },
    ],
    [
      'a redirect',
      answer(302),
      {
        kind: 'try-again',
        fault: 'transient',
        code: 'netsapiens-unavailable',
        owner: 'netsapiens',
        inDoubt: false,
        notBefore: 0,
        reason: 'NetSapiens answered 302, a redirect, which is not followed',
      },
    ],
    [
      'a redirect with an error inside',
      answer(300, error(404, 'gone')),
      {
        kind: 'try-again',
        fault: 'transient',
        code: 'netsapiens-unavailable',
        owner: 'netsapiens',
        inDoubt: false,
        notBefore: 0,
        reason: 'NetSapiens answered 300: gone, a redirect, which is not followed',
      },
    ],
    [
      'a timeout',
      { kind: 'no-answer', sent: true, why: 'timeout' },
      {
        kind: 'try-again',
        fault: 'transient',
        code: 'netsapiens-unavailable',
        owner: 'netsapiens',
        inDoubt: true,
        notBefore: 30,
        reason: 'NetSapiens gave no answer (timeout)',
      },
    ],
    [
      'another API',
      answer(404, error(404, 'No Route Found')),
      {
        kind: 'refused',
        code: 'no-such-route',
        owner: 'configuration',
        reason: 'NetSapiens answered 404: No Route Found (is netsapiens.server an API v2 server?)',
      },
    ],
    [
      'another method',
      answer(405),
      {
        kind: 'refused',
        code: 'request-refused',
        owner: 'configuration',
        reason: 'NetSapiens answered 405',
      },
    ],
    [
      'a body that breaks off',
      answer(202, '{'),
      {
        kind: 'look-again',
        present: 'added',
        absent: {
          kind: 'try-again',
          fault: 'transient',
          code: 'netsapiens-unavailable',
          owner: 'netsapiens',
          inDoubt: true,
          notBefore: 30,
          reason: 'NetSapiens gave no answer (202, broken body)',
        },
      },
    ],
    [
      'a conflict',
      answer(409),
      {
        kind: 'look-again',
        present: 'already-member',
        absent: {
          kind: 'try-again',
          fault: 'transient',
          code: 'netsapiens-unavailable',
          owner: 'netsapiens',
          inDoubt: true,
          notBefore: 30,
          reason: 'NetSapiens answered 409, but the agent is not on the queue',
        },
      },
    ],
  ])('%s: word by word', (_, reply, verdict) => expect(classifyAdd(reply, NOW)).toEqual(verdict));

  it('says in the reason what the server said, cut to a readable length', () => {
    const verdict = classifyAdd(answer(405, error(405, `not allowed ${'x'.repeat(1000)}`)), NOW);
    expect(verdict).toMatchObject({
      reason: expect.stringMatching(/^NetSapiens answered 405: not allowed x+$/),
    });
    expect(JSON.stringify(verdict).length).toBeLessThan(500);
  });
});

describe('reading the agents', () => {
  it('compares ids alone, without regard to case', () => {
    const rows =
      '[{"callqueue-agent-id":"1000@ACME.example","ordinal-order":1},{"callqueue-agent-id":"sip:1001a@acme.example"}]';
    expect(classifyRead(answer(200, rows), NOW)).toEqual({
      kind: 'agents',
      ids: new Set(['1000@acme.example', 'sip:1001a@acme.example']),
    });
  });

  test.each([
    ['an empty queue', answer(200, '[]'), { kind: 'agents', ids: new Set() }],
    ['404: empty or not there', answer(404, error(404, 'Not Found')), { kind: 'none' }],
  ])('%s', (_, reply, expected) => expect(classifyRead(reply, NOW)).toEqual(expected));

  test.each([
    [
      '404 No Route Found',
      answer(404, error(404, 'No Route Found')),
      { kind: 'refused', code: 'no-such-route' },
    ],
    ['400', answer(400), { kind: 'refused', code: 'request-refused', owner: 'configuration' }],
    ['401', answer(401), { kind: 'try-again', fault: 'own' }],
    ['403', answer(403), { kind: 'try-again', fault: 'own', notBefore: 900 }],
    ['a page of HTML', answer(200, '<html>'), { kind: 'try-again', fault: 'transient', inDoubt: false }],
    ['an object', answer(200, '{"code":200}'), { kind: 'try-again', fault: 'transient', inDoubt: false }],
    ['rows without ids', answer(200, '[{"user":"1000"}]'), { kind: 'try-again', fault: 'transient' }],
    ['500', answer(500), { kind: 'try-again', fault: 'transient', inDoubt: false, notBefore: 0 }],
    ['an error in a 200', answer(200, error(500, 'x')), { kind: 'try-again', fault: 'transient' }],
    [
      'no answer',
      { kind: 'no-answer', sent: true, why: 'timeout' },
      { kind: 'try-again', fault: 'transient', inDoubt: false, notBefore: 0 },
    ],
    ['a redirect', answer(300), { kind: 'try-again', fault: 'transient', inDoubt: false }],
  ] satisfies [string, Reply, object][])('%s is no list of agents', (_, reply, expected) =>
    expect(classifyRead(reply, NOW)).toMatchObject(expected),
  );
});

describe('reading what is there', () => {
  const QUEUE = {
    callqueue: '3000',
    description: 'Support',
    'callqueue-dispatch-type': 'Ring All',
    'callqueue-count-agents-total': 3,
  };
  const JANE = { user: '1000', 'email-address': 'jane@acme.example' };
  const ok = (body: unknown): Reply => answer(200, JSON.stringify(body));

  test.each([
    ['a queue', classifyQueue, QUEUE, { kind: 'queue', description: 'Support', dispatchType: 'Ring All' }],
    [
      'a queue in a list',
      classifyQueue,
      [QUEUE],
      { kind: 'queue', description: 'Support', dispatchType: 'Ring All' },
    ],
    [
      'a queue that says little',
      classifyQueue,
      { callqueue: '3000', description: null },
      { kind: 'queue', description: '', dispatchType: '' },
    ],
    ['a user', classifyUser, JANE, { kind: 'user', row: JANE }],
    ['a user in a list', classifyUser, [JANE], { kind: 'user', row: JANE }],
    [
      'a user with what nobody needs, and of the wrong kind',
      classifyUser,
      { ...JANE, 'name-first-name': 7, 'voicemail-login-pin': '1234' },
      { kind: 'user', row: JANE },
    ],
    ['a count', classifyCount, { total: 0 }, { kind: 'count', total: 0 }],
    ['users', classifyUsers, [JANE, {}, 7], { kind: 'users', rows: [JANE], received: 3 }],
    ['no users', classifyUsers, [], { kind: 'users', rows: [], received: 0 }],
    [
      'devices',
      classifyDevices,
      [{ device: '1000a', user: '1000' }, { user: '1000' }],
      { kind: 'devices', devices: ['1000a'] },
    ],
    ['no devices', classifyDevices, [], { kind: 'devices', devices: [] }],
  ] as const)('%s', (_, classify, body, expected) => expect(classify(ok(body), NOW)).toEqual(expected));

  test.each([classifyQueue, classifyUser, classifyUsers, classifyCount, classifyDevices])(
    '%o: 404 is nothing there, whatever else is wrong is told as ever',
    (classify) => {
      expect(classify(answer(404, error(404, 'Not Found')), NOW)).toEqual({ kind: 'none' });
      expect(classify(answer(404, error(404, 'No Route Found')), NOW)).toMatchObject({
        code: 'no-such-route',
      });
      expect(classify(answer(400), NOW)).toMatchObject({ kind: 'refused', code: 'request-refused' });
      expect(classify(answer(401), NOW)).toMatchObject({ kind: 'try-again', fault: 'own' });
      expect(classify(answer(200, error(503, 'later')), NOW)).toMatchObject({ kind: 'try-again' });
      for (const body of ['<html>', '{"cal', '"text"', '7', '{"message":"Hello"}'])
        expect(classify(answer(200, body), NOW)).toMatchObject({
          kind: 'try-again',
          code: 'netsapiens-unavailable',
          inDoubt: false,
        });
    },
  );

  test.each([classifyQueue, classifyUser, classifyCount])('%o: an empty 200 is nothing there', (classify) => {
    for (const body of ['', ' ', 'null', '{}', '[]'])
      expect(classify(answer(200, body), NOW)).toEqual({ kind: 'none' });
  });

  test('a list has to be one', () => {
    for (const body of ['', 'null', '{}'])
      for (const classify of [classifyUsers, classifyDevices, classifyRead])
        expect(classify(answer(200, body), NOW)).toMatchObject({ kind: 'try-again' });
  });

  test('a reason says what is missing', () => {
    const reasons = [
      classifyQueue,
      classifyUser,
      classifyUsers,
      classifyCount,
      classifyDevices,
      classifyRead,
    ].map((classify) => classify(answer(200, '<html>'), NOW));
    expect(reasons.map((each) => ('reason' in each ? each.reason : ''))).toEqual([
      'NetSapiens gave no answer (200, but no call queue)',
      'NetSapiens gave no answer (200, but no user)',
      'NetSapiens gave no answer (200, but no list of users)',
      'NetSapiens gave no answer (200, but no count)',
      'NetSapiens gave no answer (200, but no list of devices)',
      'NetSapiens gave no answer (200, but no list of agents)',
    ]);
  });
});

test('a read says what came in the place of the agents', () =>
  expect(classifyRead(answer(200, '{}'), NOW)).toMatchObject({
    reason: 'NetSapiens gave no answer (200, but no list of agents)',
  }));

test.each([
  ['0', 0],
  ['17', 17],
  ['Mon, 23 Nov 2026 12:00:10 GMT', 10],
  ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
  ['soon', 0],
  ['-5', 0],
  ['1e9', 0],
  [['17'], 0],
  ['', 0],
  [undefined, 0],
])('Retry-After %s is %i seconds', (header, seconds) => expect(retryAfterSeconds(header, NOW)).toBe(seconds));

test('no answer of any kind crashes the table, and only a 2xx ever counts as added', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 599 }),
      fc.oneof(fc.string(), fc.json()),
      fc.string(),
      (status, body, header) => {
        const reply = answer(status, body, { 'retry-after': header });
        const added = classifyAdd(reply, NOW);
        if (added.kind === 'added') expect(Math.floor(status / 100)).toBe(2);
        const read = classifyRead(reply, NOW);
        if (read.kind === 'agents') expect(status).toBeLessThan(300);
      },
    ),
  );
});
