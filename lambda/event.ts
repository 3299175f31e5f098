/**
 * The event on the queue: a CloudEvents 1.0 envelope, one for each person or ticket.
 *
 * The senders' side writes it, the telephone side reads it; neither knows the other.
 */
import { hash } from 'node:crypto';
import * as z from 'zod';
import { isRecord } from './json.ts';

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

export interface QueuedEvent {
  readonly specversion: '1.0';
  /** The sender's delivery id, or a hash of source and body: the same over the sender's retries. */
  readonly id: string;
  /** The source's name in onqueue.yaml. */
  readonly source: string;
  /** The sender's own event type; `<source>.unrecognized` where the payload fitted no known shape. */
  readonly type: string;
  /** Whom or what the event is about; events of one subject keep their order. */
  readonly subject: string;
  /** When it happened, by the sender's clock; RFC 3339. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: {
    readonly person?: Person | undefined;
    readonly ticket?: Ticket | undefined;
    /** Why the payload fitted no known shape; only in `<source>.unrecognized`. Names fields, never values. */
    readonly unrecognized?: string | undefined;
    /** What the sender sent, untouched; of a POST about several people, the part about this one. */
    readonly payload: unknown;
  };
}

const NAMES = ['id', 'source', 'type', 'subject'];
const PERSON_TEXTS = Object.keys(personSchema.shape).filter((word) => word !== 'changedFields');
const TICKET_TEXTS = Object.keys(ticketSchema.shape).filter((word) => word !== 'fields');
const TIME = z.regexes.datetime({ offset: true });

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const holdsTexts = (words: Readonly<Record<string, unknown>>, names: readonly string[]): boolean =>
  names.every((word) => words[word] === undefined || isText(words[word]));

const isPerson = (value: unknown): value is Person => {
  if (!isRecord(value) || !holdsTexts(value, PERSON_TEXTS)) return false;
  const { changedFields = [] } = value;
  return Array.isArray(changedFields) && changedFields.every((field) => typeof field === 'string');
};
const isTicket = (value: unknown): value is Ticket =>
  isRecord(value) &&
  holdsTexts(value, TICKET_TEXTS) &&
  (value['fields'] === undefined || isRecord(value['fields']));

/**
 * Whether it is an event of ours. By hand: what a schema leaves behind for every event costs `deliver` more than its check.
 */
export const isQueuedEvent = (value: unknown): value is QueuedEvent => {
  if (!isRecord(value) || !isRecord(value['data'])) return false;
  const { specversion, datacontenttype, time } = value;
  const { person, ticket, unrecognized } = value['data'];
  return (
    specversion === '1.0' &&
    datacontenttype === 'application/json' &&
    typeof time === 'string' &&
    TIME.test(time) &&
    'payload' in value['data'] &&
    NAMES.every((name) => isText(value[name]) && value[name].length <= MAX_NAME_LENGTH) &&
    (person === undefined || isPerson(person)) &&
    (ticket === undefined || isTicket(ticket)) &&
    (unrecognized === undefined || typeof unrecognized === 'string')
  );
};

export const unrecognizedType = (source: string): string => `${source}.unrecognized`;

/** The length in front of each part keeps ('ab','c') and ('a','bc') apart. */
export const sha256 = (...parts: string[]): string => {
  let text = '';
  for (const part of parts) text += `${part.length}:${part}`;
  return hash('sha256', text, 'hex');
};

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

/** A short name for an event in logs: the id itself may be personal (an operator may choose an e-mail as id). */
export const eventRef = (event: Pick<QueuedEvent, 'source' | 'id'>): string =>
  sha256(event.source, event.id).slice(0, 16);

/** Keeps a name that CloudEvents and DynamoDB can carry; a longer one becomes its hash. */
export const boundedName = (value: string): string =>
  value.length <= MAX_NAME_LENGTH ? value : `sha256:${sha256(value)}`;

/** The id of a delivery whose sender gives none: the same bytes from the same source are the same event. */
export const contentId = (source: string, ...content: string[]): string =>
  `sha256:${sha256(source, ...content)}`;

/** What the content was, so that one id over two different contents is noticed. */
export const fingerprint = (event: QueuedEvent): string =>
  sha256(event.type, event.subject, JSON.stringify(event.data));
