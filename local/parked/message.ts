/** A parked message: the event as it was, and what stands beside it. */
import type { Message } from '@aws-sdk/client-sqs';
import * as z from 'zod';

/** What is known of a parked message without its event; null where nobody knows. */
export interface Summary {
  /** SQS's MessageId. */
  readonly id: string;
  /** ISO 8601. */
  readonly parkedAt: string;
  /** ISO 8601. */
  readonly firstReceivedAt: string | null;
  readonly owner: string;
  readonly code: string;
  readonly reason: string;
  readonly attempts: number | null;
  /** SQS's MessageGroupId. */
  readonly group: string;
  /** Of the event, as the next three; null where it cannot be read. */
  readonly source: string | null;
  readonly type: string | null;
  readonly subject: string | null;
  readonly eventId: string | null;
}

export interface ParkedMessage {
  readonly summary: Summary;
  readonly receiptHandle: string;
  /** The id that it had on the queue: `deliver` parks with it, and the part of it that is parked, for deduplication. */
  readonly idBefore: string;
  readonly body: string;
}

/** The string attributes that `deliver` parks with. */
const parkingSchema = z.object({
  reason: z.string(),
  code: z.string(),
  owner: z.string(),
  attempts: z.coerce.number(),
  firstReceivedAt: z.string(),
  parkedAt: z.string(),
});

const UNKNOWN = { owner: 'unknown', attempts: null, firstReceivedAt: null } as const;
const MOVED = {
  ...UNKNOWN,
  code: 'moved-by-sqs',
  reason: 'moved by SQS: its function died each time',
} as const;
const UNEXPLAINED = {
  ...UNKNOWN,
  code: 'unexplained',
  reason: 'nothing says why: Onqueue did not park it',
} as const;

/** Whatever of it can be read is of use. */
const eventSchema = z
  .object({
    id: z.string().catch(''),
    source: z.string().catch(''),
    type: z.string().catch(''),
    subject: z.string().catch(''),
  })
  .catch({ id: '', source: '', type: '', subject: '' });

export const parkedMessage = (message: Message): ParkedMessage => {
  const { MessageId: id = '', ReceiptHandle: receiptHandle = '', Body: body = '' } = message;
  const { Attributes: system = {}, MessageAttributes: attributes = {} } = message;
  const event = eventSchema.parse(parsed(body));
  const parking = parkingSchema.safeParse(
    Object.fromEntries(Object.entries(attributes).map(([name, { StringValue }]) => [name, StringValue])),
  ).data;
  // What SQS moves keeps its attributes; they would be those of an earlier parking.
  const why = system.DeadLetterQueueSourceArn === undefined ? (parking ?? UNEXPLAINED) : MOVED;
  return {
    summary: {
      id,
      // A FIFO queue stamps anew what SQS moves to it.
      parkedAt: new Date(Number(system.SentTimestamp ?? 0)).toISOString(),
      ...why,
      group: system.MessageGroupId ?? '',
      source: event.source || null,
      type: event.type || null,
      subject: event.subject || null,
      eventId: event.id || null,
    },
    receiptHandle,
    idBefore: (system.MessageDeduplicationId ?? '').split('.')[0] ?? '',
    body,
  };
};

/** The event, or whatever else JSON the body holds; undefined where it is not JSON. */
export const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};
