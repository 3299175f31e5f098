import type { Message } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { parkedMessage } from '../../../local/parked/message.ts';

const PARKING = {
  reason: 'why',
  code: 'not-found',
  owner: 'event',
  attempts: '3',
  firstReceivedAt: '2026-11-20T08:00:00.000Z',
  parkedAt: '2026-11-21T09:30:00.000Z',
};
const MOVED = 'arn:aws:sqs:us-east-1:000000000000:events.fifo';

const message = (attributes: Record<string, string>, more: Message['Attributes'] = {}): Message => ({
  MessageId: 'm',
  Body: '{}',
  Attributes: { SentTimestamp: '1795258800000', MessageGroupId: 'g', ...more },
  MessageAttributes: Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  ),
});

const UNKNOWN = {
  owner: 'unknown',
  attempts: null,
  firstReceivedAt: null,
  parkedAt: '2026-11-21T11:00:00.000Z',
};

test.each<[string, Message, object]>([
  ['parked by deliver', message(PARKING), { ...PARKING, attempts: 3, group: 'g' }],
  [
    'moved by SQS',
    message({}, { DeadLetterQueueSourceArn: MOVED }),
    { ...UNKNOWN, code: 'moved-by-sqs', reason: 'moved by SQS: its function died each time' },
  ],
  [
    'moved by SQS, with the attributes of an earlier parking',
    message(PARKING, { DeadLetterQueueSourceArn: MOVED }),
    { ...UNKNOWN, code: 'moved-by-sqs' },
  ],
  ['put there by somebody', message({}), { ...UNKNOWN, code: 'unexplained' }],
  ['with half of its attributes', message({ owner: 'event' }), { ...UNKNOWN, code: 'unexplained' }],
])('%s', (_, given, summary) => {
  expect(parkedMessage(given).summary).toMatchObject(summary);
});

test.each([
  ['{"id":"e","source":"s","type":"t","subject":"u"}', ['e', 's', 't', 'u']],
  ['{"id":"e","source":7}', ['e', null, null, null]],
  ['[1]', [null, null, null, null]],
  ['null', [null, null, null, null]],
  ['"text"', [null, null, null, null]],
  ['{"id":', [null, null, null, null]],
  ['', [null, null, null, null]],
])('of the event %s what can be read', (body, read) => {
  const { eventId, source, type, subject } = parkedMessage({ ...message({}), Body: body }).summary;
  expect([eventId, source, type, subject]).toEqual(read);
});
