import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Mapping, SourceOf } from '../../lambda/configuration.ts';
import { isQueuedEvent } from '../../lambda/event.ts';
import { UnreadableBody } from '../../lambda/sources/body.ts';
import { readEvents, readRuleEvent } from '../../lambda/sources/source.ts';
import type { WebhookSource } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const receivedAt = new Date('2026-02-01T00:00:00Z');
const http: SourceOf<'http'> = { type: 'http', auth: { bearer: {} } };
const bus: SourceOf<'eventbridge'> = { type: 'eventbridge', pattern: { source: ['acme.hr'] } };
const read = async (body: unknown, mapping: Mapping = {}) => {
  const [event] = await readEvents(
    'requests',
    { ...http, ...mapping },
    post(JSON.stringify(body)),
    receivedAt,
  );
  return event;
};

describe('http', () => {
  it('is read by the mapping', async () => {
    const body = {
      requestId: 4711,
      kind: 'hire',
      email: 'jane@acme.example',
      team: 'Support',
      at: 1769884920000,
    };
    expect(
      await read(body, {
        event: {
          id: '{% body.requestId %}',
          type: '{% body.kind %}',
          subject: '{% body.email %}',
          time: '{% $fromMillis(body.at) %}',
        },
        person: {
          email: '{% body.email %}',
          department: '{% body.team %}',
          status: 'new',
          title: '{% body.title %}',
        },
        ticket: { fields: '{% { "team": body.team } %}' },
      }),
    ).toEqual({
      specversion: '1.0',
      id: '4711',
      source: 'requests',
      type: 'hire',
      subject: 'jane@acme.example',
      time: '2026-01-31T18:42:00.000Z',
      datacontenttype: 'application/json',
      data: {
        person: { email: 'jane@acme.example', department: 'Support', status: 'new' },
        ticket: { fields: { team: 'Support' } },
        payload: body,
      },
    });
  });

  it('has defaults for all that is not mapped', async () => {
    expect(await read({ a: 1 })).toEqual({
      specversion: '1.0',
      // Python: sha256(b'8:requests' + b'7:' + b'{"a":1}')
      id: 'sha256:06d5bac75cd1ae0e9b6d4b2f9053b82d8b9c9ef4d967762c8e740f1f89d5da08',
      source: 'requests',
      type: 'requests.event',
      subject: 'sha256:06d5bac75cd1ae0e9b6d4b2f9053b82d8b9c9ef4d967762c8e740f1f89d5da08',
      time: '2026-02-01T00:00:00.000Z',
      datacontenttype: 'application/json',
      data: { payload: { a: 1 } },
    });
  });

  it('has the id that the sender signs', async () => {
    const signing: WebhookSource = {
      type: 'http',
      auth: {
        hmac: {
          header: 'X-Sig',
          algorithm: 'sha256',
          encoding: 'hex',
          signed: '{id}.{body}',
          id: 'X-Delivery-Id',
          key: 'text',
        },
      },
    };
    const request = post('{}', { 'X-Delivery-Id': 'd-1' });
    expect(await readEvents('requests', signing, request, receivedAt)).toMatchObject([{ id: 'd-1' }]);
    expect(await readEvents('requests', http, request, receivedAt)).not.toMatchObject([{ id: 'd-1' }]);
  });
});

describe('the mapping', () => {
  it('goes over what the preset reads; a mapped field that yields nothing is not there', async () => {
    const body = { person: { email: 'jane@acme.example', department: 'Support', location: 'Berlin' } };
    const event = await read(body, {
      event: { type: '{% body.kind %}' },
      person: { department: '{% body.costCentre %}', extension: '{% body.missing %}', location: 'Remote' },
    });
    expect(event?.type).toBe('requests.event');
    expect(event?.data.person).toEqual({ email: 'jane@acme.example', location: 'Remote' });
  });

  it.each([['A'], ['A', 'B']])('takes one changed field as well as several', async (...changes) => {
    const body = { changes: changes.map((field) => ({ field })) };
    const event = await read(body, { person: { changedFields: '{% body.changes.field %}' } });
    expect(event?.data.person?.changedFields).toEqual(changes);
  });

  it('sees the part of a POST that the event is about', async () => {
    const body = {
      employees: [
        { id: '1', fields: { Ring: 'a' } },
        { id: '2', fields: { Ring: 'b' } },
      ],
    };
    const source: WebhookSource = { type: 'bamboohr', person: { extension: '{% body.fields.Ring %}' } };
    const events = await readEvents('hr', source, post(JSON.stringify(body)), receivedAt);
    expect(events).toMatchObject([
      { data: { person: { id: '1', extension: 'a' } } },
      { data: { person: { id: '2', extension: 'b' } } },
    ]);
  });

  it.each<[string, Mapping, RegExp]>([
    ['fails', { person: { email: '{% $uppercase(body.n) %}' } }, /^person\.email: the expression fails/],
    ['is no JSONata', { person: { email: '{% body. %}' } }, /^person\.email: the expression fails/],
    ['yields an object', { person: { email: '{% body %}' } }, /^person\.email: /],
    ['yields a truth value', { event: { id: '{% body.yes %}' } }, /^event\.id: /],
    ['yields no time', { event: { time: '{% body.secret %}' } }, /^event\.time: must be a time/],
    ['yields no map', { ticket: { fields: '{% body.secret %}' } }, /^ticket\.fields: /],
  ])('that %s makes the event unrecognized', async (_, mapping, unrecognized) => {
    const body = { n: 7, yes: true, secret: 'canary' };
    const event = await read(body, mapping);
    expect(event).toMatchObject({ type: 'requests.unrecognized', data: { payload: body } });
    expect(event?.data.unrecognized).toMatch(unrecognized);
    expect(event?.data.unrecognized).not.toContain('canary');
    expect(event?.data).not.toHaveProperty('person');
  });
});

describe('eventbridge', () => {
  const envelope = {
    version: '0',
    id: '12345678-1234-1234-1234-123456789012',
    'detail-type': 'Employee Hired',
    source: 'acme.hr',
    account: '123456789012',
    time: '2026-01-31T18:42:00Z',
    region: 'us-east-1',
    resources: [],
    detail: { person: { email: 'jane@acme.example' }, team: 'Support' },
  };

  it('reads the envelope', async () => {
    expect(await readRuleEvent('hr-bus', bus, envelope, receivedAt)).toEqual({
      specversion: '1.0',
      id: '12345678-1234-1234-1234-123456789012',
      source: 'hr-bus',
      type: 'Employee Hired',
      subject: 'jane@acme.example',
      time: '2026-01-31T18:42:00Z',
      datacontenttype: 'application/json',
      data: { person: { email: 'jane@acme.example' }, payload: envelope.detail },
    });
  });

  it('maps from the envelope', async () => {
    const source = {
      ...bus,
      person: { department: '{% detail.team %}' },
      event: { subject: '{% account %}' },
    };
    expect(await readRuleEvent('hr-bus', source, envelope, receivedAt)).toMatchObject({
      subject: '123456789012',
      data: { person: { email: 'jane@acme.example', department: 'Support' } },
    });
  });

  it.each([
    [undefined, /^the body: /],
    ['text', /^the body: /],
    [{ id: 'e1' }, /^detail-type: .*detail: /],
    [{ ...envelope, detail: { ticket: 7 } }, /^detail\.ticket: /],
  ])('%j is unrecognized', async (given, unrecognized) => {
    const event = await readRuleEvent('hr-bus', bus, given, receivedAt);
    expect(event.type).toBe('hr-bus.unrecognized');
    expect(event.data.unrecognized).toMatch(unrecognized);
  });
});

describe('a body that cannot be read', () => {
  test.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['no JSON', 'canary=1&b=2'],
    ['JSON cut short', '{"canary":'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['too deep', '['.repeat(120_000) + ']'.repeat(120_000)],
  ])('%s', async (_, body) => {
    for (const type of ['bamboohr', 'zendesk', 'standard-webhooks'] as const) {
      const reading = readEvents('hr', { type }, post(body), receivedAt);
      await expect(reading).rejects.toThrow(UnreadableBody);
      await expect(reading).rejects.not.toThrow(/canary/);
    }
  });

  test('a byte order mark and a hundred levels are readable', async () => {
    const body = `\uFEFF${'['.repeat(100)}1${']'.repeat(100)}`;
    expect(await readEvents('requests', http, post(body), receivedAt)).toHaveLength(1);
  });
});

test('names too long for the queue become their hash', async () => {
  const event = await read(
    { long: 'x'.repeat(300) },
    {
      event: { id: '{% body.long %}', type: '{% body.long %}', subject: '{% body.long %}' },
    },
  );
  expect(event?.id).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(isQueuedEvent(event)).toBe(true);
});

describe('any payload', () => {
  const word = fc.constantFrom(
    ...['id', 'type', 'time', 'timestamp', 'subject', 'detail', 'event', 'custom_field', 'current', 'value'],
    ...['employees', 'action', 'fields', 'changedFields', 'data', 'employeeId', 'Work Email', 'Status'],
    ...['person', 'ticket', 'email', 'detail-type', '__proto__', 'constructor', 'toString', 'hasOwnProperty'],
  );
  const leaf = fc.oneof(
    fc.constantFrom(
      null,
      true,
      '',
      ' ',
      'Updated',
      'zen:event-type:ticket.created',
      'zen:ticket:7',
      '2026-02-31T00:00:00Z',
    ),
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.integer(),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, leaf, tie('list'), tie('map')),
    list: fc.array(tie('value'), { maxLength: 4 }),
    // As text, because an object literal takes `__proto__` for something else.
    map: fc
      .array(fc.tuple(word, tie('value')), { maxLength: 8 })
      .map((entries): unknown =>
        JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join()}}`),
      ),
  }));
  const mapping: Mapping = {
    event: { id: '{% body.id %}', subject: '{% body.subject %}' },
    person: { email: '{% body.person.email %}' },
    ticket: { fields: '{% body.fields %}' },
  };
  const sources: WebhookSource[] = [
    { type: 'bamboohr' },
    { type: 'zendesk' },
    { type: 'standard-webhooks' },
    http,
    { ...http, ...mapping },
    { type: 'bamboohr', ...mapping },
  ];

  it('becomes at least one event that fits the queue, and the same one again', async () => {
    await fc.assert(
      fc.asyncProperty(value, fc.constantFrom(...sources), async (body, source) => {
        const request = post(JSON.stringify(body), { 'webhook-id': 'msg_1' });
        const events = await readEvents('any', source, request, receivedAt);
        expect(events.length).toBeGreaterThan(0);
        for (const event of events) {
          const sent: unknown = JSON.parse(JSON.stringify(event));
          expect(isQueuedEvent(sent)).toBe(true);
          expect(event.type === 'any.unrecognized').toBe(event.data.unrecognized !== undefined);
        }
        expect(await readEvents('any', source, request, receivedAt)).toEqual(events);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it('in an envelope as well', async () => {
    await fc.assert(
      fc.asyncProperty(value, value, async (detail, rest) => {
        for (const envelope of [rest, { id: 'e1', 'detail-type': 'Hired', time: rest, detail }]) {
          const event = await readRuleEvent('hr-bus', bus, envelope, receivedAt);
          const sent: unknown = JSON.parse(JSON.stringify(event));
          expect(isQueuedEvent(sent)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('of any bytes: an event, or UnreadableBody', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.constantFrom(...sources), async (body, source) => {
        try {
          expect((await readEvents('any', source, post(body), receivedAt)).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableBody);
        }
      }),
    );
  });
});
