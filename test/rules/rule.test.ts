import { describe, expect, it, test } from 'vitest';
import type { Rule } from '../../lambda/configuration.ts';
import type { Person, QueuedEvent, Ticket } from '../../lambda/event.ts';
import { createRules } from '../../lambda/rules/rule.ts';

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

const read = (rules: Rule[], of: QueuedEvent, domain = 'acme.example') =>
  createRules({ netsapiens: { server: 'pbx.example.com', domain }, rules })(of);

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

test('keys named like methods are the sender’s own words, and do no harm', async () => {
  const payload: unknown = JSON.parse(
    '{"toString":"approved","constructor":{"x":1},"__proto__":{"admin":true}}',
  );
  const when =
    "{% payload.toString = 'approved' and payload.constructor.x = 1 and $not($exists(payload.admin)) %}";
  const { requests } = await read([rule({ when })], event({ person: jane, payload }));
  expect(requests).toHaveLength(1);
});
