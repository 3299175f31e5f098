import { describe, expect, it, test } from 'vitest';
import type { Rule } from '../../lambda/configuration.ts';
import type { Person, QueuedEvent, Ticket } from '../../lambda/event.ts';
import { createRules } from '../../lambda/rules/rule.ts';
import type { RulesConfiguration } from '../../lambda/rules/rule.ts';

const event = (
  given: { person?: Person; ticket?: Ticket; payload?: unknown; source?: string } = {},
): QueuedEvent => ({
  specversion: '1.0',
  id: 'evt-1',
  source: given.source ?? 'hr',
  type: 'employee.updated',
  subject: '77',
  time: '2026-11-23T12:00:00Z',
  datacontenttype: 'application/json',
  data: {
    ...(given.person ? { person: given.person } : {}),
    ...(given.ticket ? { ticket: given.ticket } : {}),
    payload: given.payload ?? {},
  },
});

const rule = (given: Partial<Rule> = {}): Rule => ({
  name: 'Support',
  from: ['hr'],
  queues: ['3000'],
  agent: {
    'callqueue-agent-id': "{% person.extension & '@acme.example' %}",
    'callqueue-agent-availability-type': 'manual',
  },
  ...given,
});

const read = (
  rules: Rule[],
  of: QueuedEvent,
  domain = 'acme.example',
  onTheDay?: RulesConfiguration['onTheDay'],
) => createRules({ netsapiens: { server: 'pbx.example.com', domain }, rules, onTheDay })(of);

const jane = { id: '77', extension: '1000', department: 'Support', email: 'jane@acme.example' };

describe('matching', () => {
  it('makes one request for each queue of a rule that wants the event', async () => {
    const when = "{% person.department in ['Support', 'Customer Care'] and $exists(person.extension) %}";
    expect(await read([rule({ when, queues: ['3000', '0301'] })], event({ person: jane }))).toEqual({
      requests: ['3000', '0301'].map((queue) => ({
        rule: 'Support',
        queue,
        who: { agent: '1000@acme.example' },
        body: { 'callqueue-agent-availability-type': 'manual' },
        waitFor: 604_800,
        cancellable: false,
      })),
      cancels: [],
      obstacles: [],
      declined: [],
    });
  });

  test.each([
    ['false', "{% person.department = 'Sales' %}"],
    ['nothing, as a field is not there', '{% ticket.fields.wanted %}'],
    ['false, as it compares with what is not there', "{% person.title = 'Agent' %}"],
  ])('declines, with a reason, where `when` is %s', async (_, when) =>
    expect(await read([rule({ when })], event({ person: jane }))).toEqual({
      requests: [],
      obstacles: [],
      cancels: [],
      declined: ['"Support": its `when` is false'],
    }),
  );

  it('does not ask rules of other sources', async () => {
    expect(await read([rule()], event({ person: jane, source: 'helpdesk' }))).toEqual({
      requests: [],
      obstacles: [],
      cancels: [],
      declined: ['no rule is `from` helpdesk'],
    });
  });

  it.each([
    ['a text', '{% person.extension %}', '`when` came to "1000": it must come to true or false'],
    ['a number', '{% 1 %}', '`when` came to 1: it must come to true or false'],
    ['an error', '{% $number(person.department) %}', 'Unable to cast value to a number'],
  ])('is hindered by a `when` that comes to %s', async (_, when, reason) => {
    const { requests, obstacles } = await read([rule({ when })], event({ person: jane }));
    expect(requests).toEqual([]);
    expect(obstacles).toEqual([
      {
        rule: 'Support',
        code: 'expression-failed',
        owner: 'configuration',
        reason: expect.stringContaining(reason),
      },
    ]);
  });

  it('lets one rule fail without the others', async () => {
    const broken = rule({ name: 'Broken', when: '{% $number("x") %}' });
    const { requests, obstacles } = await read([broken, rule()], event({ person: jane }));
    expect(requests.map((request) => request.rule)).toEqual(['Support']);
    expect(obstacles.map((obstacle) => obstacle.rule)).toEqual(['Broken']);
  });
});

describe('queues', () => {
  test.each([
    ['one text', '{% ticket.fields.queue %}', '0300', ['0300']],
    ['a number', '{% ticket.fields.queue %}', 300, ['300']],
    ['several', '{% ticket.fields.queue %}', ['3000', '3001'], ['3000', '3001']],
    ['the same twice: one request', '{% ticket.fields.queue %}', ['3000', '3000'], ['3000']],
  ])('an expression may come to %s', async (_, queue, value, expected) => {
    const given = event({ person: jane, ticket: { fields: { queue: value } } });
    const { requests } = await read([rule({ queues: [queue] })], given);
    expect(requests.map((request) => request.queue)).toEqual(expected);
  });

  test.each(['all', '~', '*', '..', 'a/b', '', null, true, { x: 1 }, 'x'.repeat(65)])(
    'an expression that comes to %j names no queue',
    async (value) => {
      const given = event({ person: jane, ticket: { fields: { queue: value } } });
      const { requests, obstacles } = await read([rule({ queues: ['{% ticket.fields.queue %}'] })], given);
      expect(requests).toEqual([]);
      expect(obstacles).toMatchObject([{ code: 'queue-invalid', owner: 'event' }]);
    },
  );
});

test.each([
  ['nothing', null, 'must be text in quotes, as "3000": leading zeros count'],
  ['nothing', undefined, 'must be text in quotes, as "3000": leading zeros count'],
  ['true', true, 'must be text in quotes, as "3000": leading zeros count'],
  [
    '"a/b"',
    'a/b',
    'must be the extension of a call queue: 1 to 64 letters, digits, ".", "_", "-", and not "all"',
  ],
  [
    `"${'x'.repeat(98)}"`,
    'x'.repeat(98),
    'must be the extension of a call queue: 1 to 64 letters, digits, ".", "_", "-", and not "all"',
  ],
  [
    `"${'x'.repeat(99)}...`,
    'x'.repeat(99),
    'must be the extension of a call queue: 1 to 64 letters, digits, ".", "_", "-", and not "all"',
  ],
])('a person reads that the queue came to %s', async (shown, queue, due) => {
  const given = event({ person: jane, ticket: { fields: { queue } } });
  const { obstacles } = await read([rule({ queues: ['{% ticket.fields.queue %}'] })], given);
  expect(obstacles).toEqual([
    {
      rule: 'Support',
      code: 'queue-invalid',
      owner: 'event',
      reason: `rule "Support": the queue came to ${shown}: ${due}`,
    },
  ]);
});

it('asks once, too, where a rule names its source twice, and once for each rule', async () => {
  const other = rule({ name: 'Second', from: ['helpdesk', 'hr'] });
  const { requests } = await read([rule({ from: ['hr', 'hr'] }), other], event({ person: jane }));
  expect(requests.map((request) => request.rule)).toEqual(['Support', 'Second']);
});

it('sees all of the event', async () => {
  const when =
    "{% [id, source, type, subject, time] = ['evt-1', 'hr', 'employee.updated', '77', '2026-11-23T12:00:00Z'] and payload.x = 1 and ticket.id = '5' and person.id = '77' %}";
  const given = event({ person: jane, ticket: { id: '5' }, payload: { x: 1 } });
  expect((await read([rule({ when })], given)).requests).toHaveLength(1);
});

describe('the agent', () => {
  it('carries all thirteen fields, literal or computed', async () => {
    const agent: Rule['agent'] = {
      synchronous: 'yes',
      'callqueue-agent-id': "{% 'sip:' & person.extension & 'a@acme.example' %}",
      callqueue: '3000',
      domain: 'acme.example',
      'callqueue-agent-availability-type': 'automatic',
      'callqueue-agent-wrap-up-allowance-seconds': "{% person.title = 'Lead' ? 60 : 30 %}",
      'auto-answer-enabled': 'no',
      'callqueue-agent-dispatch-order-ordinal': 1,
      'callqueue-agent-dispatch-queue-priority-ordinal': 2,
      'limits-max-active-calls-total': 1,
      'callqueue-agent-answer-confirmation-enabled': 'yes',
      'callqueue-agent-availability-for-dispatch': 'available',
      'callqueue-agent-max-concurrent-sms-conversations': 3,
    };
    const { requests } = await read([rule({ agent })], event({ person: jane }));
    expect(requests[0]?.who).toEqual({ agent: 'sip:1000a@acme.example' });
    expect(requests[0]?.body).toEqual({
      synchronous: 'yes',
      callqueue: '3000',
      domain: 'acme.example',
      'callqueue-agent-availability-type': 'automatic',
      'callqueue-agent-wrap-up-allowance-seconds': 30,
      'auto-answer-enabled': 'no',
      'callqueue-agent-dispatch-order-ordinal': 1,
      'callqueue-agent-dispatch-queue-priority-ordinal': 2,
      'limits-max-active-calls-total': 1,
      'callqueue-agent-answer-confirmation-enabled': 'yes',
      'callqueue-agent-availability-for-dispatch': 'available',
      'callqueue-agent-max-concurrent-sms-conversations': 3,
    });
  });

  test.each([undefined, null])('does not send a field that comes to %s', async (order) => {
    const agent = { ...rule().agent, 'callqueue-agent-dispatch-order-ordinal': '{% ticket.fields.order %}' };
    const given = event({ person: jane, ticket: { fields: { order } } });
    const { requests } = await read([rule({ agent })], given);
    expect(requests[0]?.body).toEqual({ 'callqueue-agent-availability-type': 'manual' });
  });

  test.each([
    [
      'an id without extension',
      {},
      'rule "Support": callqueue-agent-id came to "@acme.example": must be "user@domain" or "sip:device@domain", as "1000@acme.example"',
    ],
    [
      'an id that comes to nothing',
      {},
      'callqueue-agent-id came to nothing: ',
      { 'callqueue-agent-id': '{% person.extension %}' },
    ],
    ['another domain', { extension: '1000@other.example#' }, 'callqueue-agent-id came to'],
    [
      'an availability that comes to nothing',
      { extension: '1000' },
      'callqueue-agent-availability-type came to nothing',
      { 'callqueue-agent-availability-type': '{% person.status %}' },
    ],
    [
      'a text where a number is due',
      { extension: '1000' },
      'callqueue-agent-wrap-up-allowance-seconds came to "30"',
      { 'callqueue-agent-wrap-up-allowance-seconds': "{% '30' %}" },
    ],
    [
      'a domain of its own',
      { extension: '1000' },
      'callqueue-agent-id came to "1000@evil.example": its domain must be acme.example',
      { 'callqueue-agent-id': "{% person.extension & '@evil.example' %}" },
    ],
    [
      'another domain in the body',
      { extension: '1000' },
      'domain came to "evil.example": it repeats the path',
      { domain: "{% 'evil.example' %}" },
    ],
    [
      'another queue in the body',
      { extension: '1000' },
      'callqueue came to "9999": it repeats the path',
      { callqueue: "{% '9999' %}" },
    ],
  ])('%s is an obstacle, and the event is at fault', async (_, person, reason, agent?: Rule['agent']) => {
    const given = rule({ agent: { ...rule().agent, ...agent } });
    const { requests, obstacles } = await read([given], event({ person }));
    expect(requests).toEqual([]);
    expect(obstacles).toMatchObject([
      {
        rule: 'Support',
        queue: '3000',
        code: 'agent-invalid',
        owner: 'event',
        reason: expect.stringContaining(reason),
      },
    ]);
  });

  it('leaves the domain to the token where the operator wrote "~"', async () => {
    const { requests } = await read([rule()], event({ person: jane }), '~');
    expect(requests).toHaveLength(1);
  });

  test.each(['ACME.example', 'acme.EXAMPLE'])('is of the domain %s, whatever its case', async (domain) => {
    const { requests } = await read([rule()], event({ person: jane }), domain);
    expect(requests).toHaveLength(1);
  });

  it('may repeat the domain and the queue of the path', async () => {
    const agent: Rule['agent'] = {
      ...rule().agent,
      domain: "{% 'acme.example' %}",
      callqueue: "{% '3000' %}",
    };
    const { requests, obstacles } = await read([rule({ agent })], event({ person: jane }));
    expect(obstacles).toEqual([]);
    expect(requests[0]?.body).toMatchObject({ domain: 'acme.example', callqueue: '3000' });
  });
});

describe('whom to look for', () => {
  const finding = (agent: Pick<Rule['agent'], 'find' | 'as'>): Rule =>
    rule({ agent: { ...agent, 'callqueue-agent-availability-type': 'manual' } });

  test.each<[string, Pick<Rule['agent'], 'find' | 'as'>, object]>([
    [
      'an e-mail address; the user, if not said otherwise',
      { find: { email: '{% person.email %}' } },
      { find: { email: 'jane@acme.example' }, as: 'user' },
    ],
    [
      'an extension, as a device',
      { find: { extension: '{% person.extension %}' }, as: 'device' },
      { find: { extension: '1000' }, as: 'device' },
    ],
    [
      'an extension that is a number',
      { find: { extension: '{% payload.ext %}' } },
      { find: { extension: '1001' }, as: 'user' },
    ],
    [
      'a name, joined',
      { find: { name: "{% payload.first & ' ' & payload.last %}" } },
      { find: { name: 'Jane Doe' }, as: 'user' },
    ],
    ['a literal', { find: { name: 'Jane Doe' } }, { find: { name: 'Jane Doe' }, as: 'user' }],
  ])('%s', async (_, agent, who) => {
    const payload = { ext: 1001, first: 'Jane', last: 'Doe' };
    const { requests, obstacles } = await read([finding(agent)], event({ person: jane, payload }));
    expect(obstacles).toEqual([]);
    expect(requests).toMatchObject([{ who, body: { 'callqueue-agent-availability-type': 'manual' } }]);
    expect(requests[0]?.body).not.toHaveProperty('find');
    expect(requests[0]?.body).not.toHaveProperty('as');
  });

  it('is an obstacle where it comes to nothing', async () => {
    const { requests, obstacles } = await read(
      [finding({ find: { email: '{% person.email %}' } })],
      event({ person: { extension: '1000' } }),
    );
    expect(requests).toEqual([]);
    expect(obstacles).toEqual([
      {
        rule: 'Support',
        queue: '3000',
        code: 'agent-invalid',
        owner: 'event',
        reason: 'rule "Support": find.email came to nothing: nobody can be found by that',
      },
    ]);
  });

  it('asks once for a queue that is named twice, and for each rule', async () => {
    const twice = { ...finding({ find: { email: '{% person.email %}' } }), queues: ['3000', '3000', '3001'] };
    const { requests } = await read([twice, { ...twice, name: 'Care' }], event({ person: jane }));
    expect(requests.map((request) => [request.rule, request.queue])).toEqual([
      ['Support', '3000'],
      ['Support', '3001'],
      ['Care', '3000'],
      ['Care', '3001'],
    ]);
  });

  it('goes with the token’s own domain', async () => {
    const { requests } = await read(
      [finding({ find: { email: '{% person.email %}' } })],
      event({ person: jane }),
      '~',
    );
    expect(requests).toHaveLength(1);
  });
});

describe('how long to wait', () => {
  test.each([
    ['not said: a week', undefined, 604_800],
    ['days', '30 days', 2_592_000],
    ['hours', '1 hour', 3_600],
    ['not at all', '0 days', 0],
  ])('%s', async (_, waitFor, seconds) => {
    const { requests } = await read([rule({ waitFor })], event({ person: jane }));
    expect(requests).toMatchObject([{ waitFor: seconds }]);
  });
});

describe('the day', () => {
  const STARTS = { ...jane, startDate: '2026-12-01' };

  test.each<[string, Rule['on'], RulesConfiguration['onTheDay'], string, string]>([
    [
      'at seven, if nobody says otherwise',
      '{% person.startDate %}',
      { timeZone: 'Europe/London' },
      '2026-12-01T07:00:00Z',
      '2026-12-01 at 7:00, Europe/London',
    ],
    [
      'as the file says',
      '{% person.startDate %}',
      { hour: 9, timeZone: 'America/New_York' },
      '2026-12-01T14:00:00Z',
      '2026-12-01 at 9:00, America/New_York',
    ],
    [
      'as the file says, the rule being silent',
      { date: '{% person.startDate %}' },
      { hour: 9, timeZone: 'America/New_York' },
      '2026-12-01T14:00:00Z',
      '2026-12-01 at 9:00, America/New_York',
    ],
    [
      'as the rule says',
      { date: '{% person.startDate %}', hour: 0, timeZone: 'Asia/Tokyo' },
      { hour: 9, timeZone: 'America/New_York' },
      '2026-11-30T15:00:00Z',
      '2026-12-01 at 0:00, Asia/Tokyo',
    ],
    [
      'with the rule’s hour in the file’s time zone',
      { date: '{% person.startDate %}', hour: 8 },
      { hour: 9, timeZone: 'America/New_York' },
      '2026-12-01T13:00:00Z',
      '2026-12-01 at 8:00, America/New_York',
    ],
    [
      'with the rule’s time zone alone',
      { date: '{% person.startDate %}', timeZone: 'Asia/Tokyo' },
      undefined,
      '2026-11-30T22:00:00Z',
      '2026-12-01 at 7:00, Asia/Tokyo',
    ],
    [
      'with the file’s midnight',
      '{% person.startDate %}',
      { hour: 0, timeZone: 'UTC' },
      '2026-12-01T00:00:00Z',
      '2026-12-01 at 0:00, UTC',
    ],
  ])('%s', async (_, on, onTheDay, at, text) => {
    const { requests } = await read([rule({ on })], event({ person: STARTS }), undefined, onTheDay);
    expect(requests).toMatchObject([{ on: { at: Date.parse(at), text } }]);
  });

  it('that is none hinders each queue of the rule', async () => {
    const given = rule({ on: '{% person.startDate %}', queues: ['3000', '3001'] });
    const { requests, obstacles } = await read([given], event({ person: jane }), undefined, {
      timeZone: 'UTC',
    });
    expect(requests).toEqual([]);
    expect(obstacles).toMatchObject([
      { queue: '3000', code: 'day-invalid', owner: 'event' },
      { queue: '3001', code: 'day-invalid', owner: 'event' },
    ]);
  });

  it('that fails is the rule’s fault', async () => {
    const { obstacles } = await read([rule({ on: '{% $toMillis("x", 5) %}' })], event({ person: jane }));
    expect(obstacles).toMatchObject([{ code: 'expression-failed', owner: 'configuration' }]);
  });
});

describe('cancelling', () => {
  const left = rule({ cancelWhen: "{% person.status = 'left' %}", when: '{% $exists(person.extension) %}' });

  test.each([
    ['true', { ...jane, status: 'left' }],
    ['true, and `when` false: it is asked first', { status: 'left' }],
  ])('%s', async (_, person) => {
    expect(await read([left], event({ person }))).toEqual({
      requests: [],
      obstacles: [],
      cancels: ['Support'],
      declined: ['"Support": its `cancelWhen` is true'],
    });
  });

  it('where it is false, the rule does what it does, and says that it can be cancelled', async () => {
    const { requests, cancels, declined } = await read([left], event({ person: jane }));
    expect({ cancels, declined }).toEqual({ cancels: [], declined: [] });
    expect(requests).toMatchObject([{ queue: '3000', cancellable: true }]);
  });

  it('cancels for its own rule alone', async () => {
    const { requests, cancels } = await read(
      [left, rule({ name: 'Alumni' })],
      event({ person: { ...jane, status: 'left' } }),
    );
    expect(cancels).toEqual(['Support']);
    expect(requests.map((request) => request.rule)).toEqual(['Alumni']);
  });

  it('takes no event of a source that the rule is not from', async () => {
    const { cancels } = await read([left], event({ person: { status: 'left' }, source: 'helpdesk' }));
    expect(cancels).toEqual([]);
  });

  it.each([
    ['a text', '{% person.extension %}', '`cancelWhen` came to "1000": it must come to true or false'],
    ['an error', '{% $number(person.department) %}', 'Unable to cast value to a number'],
  ])('is hindered where it comes to %s, and nothing is asked', async (_, cancelWhen, reason) => {
    const { requests, obstacles, cancels } = await read([rule({ cancelWhen })], event({ person: jane }));
    expect({ requests, cancels }).toEqual({ requests: [], cancels: [] });
    expect(obstacles).toEqual([
      {
        rule: 'Support',
        code: 'expression-failed',
        owner: 'configuration',
        reason: expect.stringContaining(reason),
      },
    ]);
  });
});

test('keys named like methods are the sender’s own words, and do no harm', async () => {
  const payload: unknown = JSON.parse(
    '{"toString":"approved","constructor":{"x":1},"__proto__":{"admin":true}}',
  );
  const when =
    "{% payload.toString = 'approved' and payload.constructor.x = 1 and $not($exists(payload.admin)) %}";
  const { requests } = await read([rule({ when })], event({ person: jane, payload }));
  expect(requests).toHaveLength(1);
});
