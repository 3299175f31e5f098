/**
 * The event on the queue: a CloudEvents 1.0 envelope, one for each person or ticket.
 *
 * The senders' side writes it, the telephone side reads it; neither knows the other.
 */
import { createHash, hash } from 'node:crypto';
import * as z from 'zod';

/** Not `min(1)`, which asks even an object for its length, and fails on one that is an object in turn. */
const text = z.string().refine((value) => value !== '', { error: 'must not be empty' });

/** A person, in SCIM's words where SCIM has them. A sender fills what it has; nothing is invented. */
export const personSchema = z.object({
  id: text.optional(),
  email: text.optional(),
  /** The telephone extension, where the HR system keeps one. */
  extension: text.optional(),
  workPhone: text.optional(),
  name: text.optional(),
  department: text.optional(),
  division: text.optional(),
  location: text.optional(),
  title: text.optional(),
  employeeNumber: text.optional(),
  /** As the sender writes it; ISO 8601 dates are the usual form. */
  startDate: text.optional(),
  status: text.optional(),
  /** The sender's own names of the fields that changed. */
  changedFields: z.array(z.string()).optional(),
});
export type Person = z.infer<typeof personSchema>;

export const ticketSchema = z.object({
  id: text.optional(),
  key: text.optional(),
  type: text.optional(),
  status: text.optional(),
  requesterEmail: text.optional(),
  /** The sender's own fields by their own names. */
  fields: z.record(z.string(), z.unknown()).optional(),
});
export type Ticket = z.infer<typeof ticketSchema>;

/** The longest id and subject that are kept as they are; a longer one is replaced by its hash. */
export const MAX_NAME_LENGTH = 256;

const name = z.string().min(1).max(MAX_NAME_LENGTH);

export const queuedEventSchema = z.object({
  specversion: z.literal('1.0'),
  /** The sender's delivery id, or a hash of source and body: the same over the sender's retries. */
  id: name,
  /** The source's name in onqueue.yaml. */
  source: name,
  /** The sender's own event type; `<source>.unrecognized` where the payload fitted no known shape. */
  type: name,
  /** Whom or what the event is about; events of one subject keep their order. */
  subject: name,
  /** When it happened, by the sender's clock; RFC 3339. */
  time: z.iso.datetime({ offset: true }),
  datacontenttype: z.literal('application/json'),
  data: z.object({
    person: personSchema.optional(),
    ticket: ticketSchema.optional(),
    /** Why the payload fitted no known shape; only in `<source>.unrecognized`. Names fields, never values. */
    unrecognized: z.string().optional(),
    /** What the sender sent, untouched; of a POST about several people, the part about this one. */
    payload: z.unknown(),
  }),
});
export type QueuedEvent = z.infer<typeof queuedEventSchema>;

export const unrecognizedType = (source: string): string => `${source}.unrecognized`;

/** The length in front of each part keeps ('ab','c') and ('a','bc') apart. */
export const sha256 = (...parts: string[]): string =>
  hash('sha256', parts.map((part) => `${part.length}:${part}`).join(''), 'hex');

/** SQS MessageGroupId: events of one subject of one source keep their order, all others go side by side. */
export const orderingKey = (event: Pick<QueuedEvent, 'source' | 'subject'>): string =>
  sha256(event.source, event.subject);

/**
 * SQS MessageDeduplicationId. It is the same when one delivery's send is repeated (by the SDK or by Lambda), and
 * another for the sender's own retry: that one has to reach the ledger, which alone decides what is a duplicate.
 *
 * @param delivery the request id of the HTTP request, or the id of the EventBridge event
 */
export const deduplicationKey = (event: Pick<QueuedEvent, 'source' | 'id'>, delivery: string): string =>
  sha256(event.source, event.id, delivery);

/** What is asked for several times while an event is worked on is computed once. */
const kept = <Subject extends object>(
  compute: (subject: Subject) => string,
): ((subject: Subject) => string) => {
  const known = new WeakMap<Subject, string>();
  return (subject) => {
    const before = known.get(subject);
    if (before !== undefined) return before;
    const computed = compute(subject);
    known.set(subject, computed);
    return computed;
  };
};

/** A short name for an event in logs: the id itself may be personal (an operator may choose an e-mail as id). */
export const eventRef = kept((event: Pick<QueuedEvent, 'source' | 'id'>) =>
  sha256(event.source, event.id).slice(0, 16),
);

/** Keeps a name that CloudEvents and DynamoDB can carry; a longer one becomes its hash. */
export const boundedName = (value: string): string =>
  value.length <= MAX_NAME_LENGTH ? value : `sha256:${sha256(value)}`;

/** The id of a delivery whose sender gives none: the same bytes from the same source are the same event. */
export const contentId = (source: string, ...content: (string | Uint8Array)[]): string => {
  const hashing = createHash('sha256').update(`${source.length}:${source}`);
  for (const part of content) hashing.update(`${part.length}:`).update(part);
  return `sha256:${hashing.digest('hex')}`;
};

/** What the content was, so that one id over two different contents is noticed. */
export const fingerprint = kept((event: QueuedEvent) =>
  sha256(event.type, event.subject, JSON.stringify(event.data)),
);
