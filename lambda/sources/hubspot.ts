/**
 * HubSpot webhooks, https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation.
 *
 * - The key is the app's client secret. Which version of the signature counts is the operator's word: the header names
 *   its version, but that is the sender's word. v3 is the only one that has a time; v1 and v2 are plain hashes, and a
 *   request that was recorded stays good for ever.
 * - The URL that is signed is the one that HubSpot called, with certain characters decoded.
 * - An array, in no order. It is thin: the object's number, and of a change the property and its value.
 * - `eventId` is not promised to be unique, so the subscription, the object and the time are part of the id. They are
 *   the same over retries; `attemptNumber` is not, and has no part in it.
 */
import * as z from 'zod';
import { readJson, without } from './body.ts';
import { draftOf, worded } from './preset.ts';
import type { Draft, Preset } from './preset.ts';
import type { Scheme } from './scheme.ts';
import { timeOf } from './time.ts';

const DECODED_IN_URL = [
  ...['%3A', '%2F', '%3F', '%40', '%26', '%3D', '%2B', '%24', '%60', '%22', '%2C', '%3B', '%3E', '%3C'],
];

const hashed = { header: 'x-hubspot-signature', encoding: 'hex' } as const;

const SCHEMES = {
  v1: { hash: { ...hashed, signed: '{body}' } },
  v2: { hash: { ...hashed, signed: '{method}{url}{body}' } },
  v3: {
    hmac: {
      header: 'x-hubspot-signature-v3',
      algorithm: 'sha256',
      encoding: 'base64',
      signed: '{method}{url}{body}{timestamp}',
      decodedInUrl: DECODED_IN_URL,
      timestamp: { header: 'x-hubspot-request-timestamp', unit: 'ms', tolerance: 300 },
      key: 'text',
    },
  },
} satisfies Record<string, Scheme>;

const text = z.string().optional();

const eventSchema = z.preprocess(
  worded,
  z.object({
    eventId: z.string(),
    subscriptionId: text,
    subscriptionType: z.string(),
    /** Of the newer `object.` subscriptions. */
    objectTypeId: text,
    objectId: text,
    occurredAt: text,
    propertyName: text,
    propertyValue: z.unknown().optional(),
  }),
);
type Event = z.infer<typeof eventSchema>;

/** HubSpot's own numbers for its kinds of objects. */
const KINDS: ReadonlyMap<string | undefined, string> = new Map([
  ['0-1', 'contact'],
  ['0-5', 'ticket'],
]);

const aboutOf = ({ subscriptionType, objectTypeId, objectId: id, propertyName, propertyValue }: Event) => {
  const kind = KINDS.get(objectTypeId) ?? subscriptionType.split('.')[0];
  if (kind === 'ticket')
    return { ticket: { id, fields: propertyName ? { [propertyName]: propertyValue } : undefined } };
  if (kind !== 'contact') return {};
  const email = propertyName === 'email' && typeof propertyValue === 'string' && propertyValue;
  return {
    person: { id, email: email || undefined, changedFields: propertyName ? [propertyName] : undefined },
  };
};

const readEvent = (item: unknown): Draft =>
  // A retry has the same content but for the number of the attempt.
  draftOf(eventSchema, without(item, 'attemptNumber'), (event) => ({
    id: [event.eventId, event.subscriptionId, event.objectId, event.occurredAt].join('/'),
    type: event.subscriptionType,
    time: timeOf(event.occurredAt, 'ms'),
    subject: event.objectId,
    ...aboutOf(event),
  }));

export const hubspot = (version: keyof typeof SCHEMES): Preset => ({
  auth: SCHEMES[version],
  read: ({ request }) => {
    const body = readJson(request.body);
    return Array.isArray(body) && body.length > 0
      ? body.map(readEvent)
      : [{ payload: body, unrecognized: 'the body: must be a list of at least one' }];
  },
});
