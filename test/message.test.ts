import type { SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupOf, messageOf } from '../lambda/message.ts';
import { anEvent } from './support/rig.ts';

const SENT = Date.parse('2026-11-23T12:00:00.000Z');

const record = (
  given: Partial<SQSRecord> & { waiting?: Record<string, string>; group?: string; receives?: string } = {},
): SQSRecord => {
  const { waiting = {}, group = 'g-1', receives = '1', ...rest } = given;
  return {
    messageId: 'm-2',
    receiptHandle: 'r-2',
    body: JSON.stringify(anEvent('evt-1', { subject: '77' })),
    attributes: {
      ApproximateReceiveCount: receives,
      SentTimestamp: String(SENT),
      SenderId: 'AIDA',
      ApproximateFirstReceiveTimestamp: String(SENT + 5),
      MessageGroupId: group,
    },
    messageAttributes: Object.fromEntries(
      Object.entries(waiting).map(([name, stringValue]) => [name, { dataType: 'String', stringValue }]),
    ),
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:events.fifo',
    awsRegion: 'eu-west-1',
    ...rest,
  };
};

const WAITING = {
  delivery: 'm-1',
  firstReceivedAt: '2026-11-20T08:00:00.000Z',
  notBefore: '2026-11-24T07:00:00.000Z',
};

test('from the queue', () => {
  expect(messageOf(record({ receives: '3' }))).toEqual({
    messageId: 'm-2',
    receiptHandle: 'r-2',
    body: JSON.stringify(anEvent('evt-1', { subject: '77' })),
    group: 'g-1',
    queue: 'events.fifo',
    waiting: false,
    delivery: 'm-2',
    firstReceivedAt: SENT,
    sentAt: SENT,
    notBefore: 0,
    attempts: 3,
    event: anEvent('evt-1', { subject: '77' }),
  });
});

test('from the waiting queue: it is the delivery that it was, and of its subject again', () => {
  expect(messageOf(record({ waiting: WAITING, group: 'm-1' }))).toMatchObject({
    messageId: 'm-2',
    receiptHandle: 'r-2',
    waiting: true,
    delivery: 'm-1',
    firstReceivedAt: Date.parse('2026-11-20T08:00:00.000Z'),
    sentAt: SENT,
    notBefore: Date.parse('2026-11-24T07:00:00.000Z'),
    attempts: 1,
    // sha256 of "2:hr2:77", as another program has it
    group: 'e9741d1f1c8d68080e576c92c9cde33ce8e969d718064350a20a7864bf13d141',
  });
});

test('parked, then put back by SQS with its attributes: it is new', () => {
  const parked = {
    reason: 'no user has the e-mail address yet',
    code: 'person-not-found',
    owner: 'event',
    attempts: '85',
    firstReceivedAt: '2026-11-10T08:00:00.000Z',
    parkedAt: '2026-11-17T08:00:00.000Z',
  };
  expect(messageOf(record({ waiting: parked }))).toMatchObject({
    waiting: false,
    delivery: 'm-2',
    firstReceivedAt: SENT,
    notBefore: 0,
    attempts: 1,
    group: 'g-1',
  });
});

describe('attributes that are not what they should be', () => {
  test.each<[string, Record<string, string>, { firstReceivedAt: number; notBefore: number }]>([
    ['left out', { delivery: 'm-1' }, { firstReceivedAt: SENT, notBefore: 0 }],
    [
      'empty',
      { delivery: 'm-1', firstReceivedAt: '', notBefore: '' },
      { firstReceivedAt: SENT, notBefore: 0 },
    ],
    [
      'no times',
      { delivery: 'm-1', firstReceivedAt: 'soon', notBefore: '-' },
      { firstReceivedAt: SENT, notBefore: 0 },
    ],
    [
      'a time that is none',
      { delivery: 'm-1', firstReceivedAt: '2026-02-30T25:00:00Z', notBefore: '2026-13-01' },
      { firstReceivedAt: SENT, notBefore: 0 },
    ],
  ])('%s', (_, waiting, expected) =>
    expect(messageOf(record({ waiting }))).toMatchObject({ waiting: true, delivery: 'm-1', ...expected }),
  );

  test('binary, as nobody of ours writes them', () => {
    const messageAttributes = { delivery: { dataType: 'Binary' as const, binaryValue: 'bS0x' } };
    expect(messageOf(record({ messageAttributes }))).toMatchObject({ waiting: false, delivery: 'm-2' });
  });
});

describe('a body that is no event of ours', () => {
  test.each([
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['half of it', '{"specversion":"1.0"'],
    ['null', 'null'],
    ['a list', '[]'],
    ['an event without a subject', JSON.stringify({ ...anEvent('evt-1'), subject: undefined })],
    ['an object where a text is due', JSON.stringify({ ...anEvent('evt-1'), id: { length: { x: 1 } } })],
  ])('%s', (_, body) => {
    expect(messageOf(record({ body }))).toMatchObject({ event: undefined, body, group: 'g-1' });
    // What group it once had, nobody can say.
    expect(messageOf(record({ body, waiting: WAITING, group: 'm-1' }))).toMatchObject({
      event: undefined,
      waiting: true,
      delivery: 'm-1',
      group: 'm-1',
    });
  });
});

test('a record without a group is one of its own', () => {
  const { ApproximateReceiveCount, SentTimestamp, SenderId, ApproximateFirstReceiveTimestamp } =
    record().attributes;
  const attributes = { ApproximateReceiveCount, SentTimestamp, SenderId, ApproximateFirstReceiveTimestamp };
  expect(groupOf(record({ attributes }))).toBe('m-2');
  expect(groupOf(record())).toBe('g-1');
});

test('whatever the attributes and the body hold, every time is a number', () => {
  const attributes = fc.dictionary(
    fc.constantFrom('delivery', 'firstReceivedAt', 'notBefore', 'reason'),
    fc.string(),
  );
  fc.assert(
    fc.property(attributes, fc.oneof(fc.string(), fc.json()), (waiting, body) => {
      const message = messageOf(record({ waiting, body }));
      expect(Number.isFinite(message.firstReceivedAt)).toBe(true);
      expect(Number.isFinite(message.notBefore)).toBe(true);
      expect(message.waiting).toBe('delivery' in waiting);
      expect(message.body).toBe(body);
    }),
  );
});
