/**
 * HiBob webhooks v2, https://apidocs.hibob.com/reference/getting-started-webhooks.
 *
 * - When a webhook is saved, Bob posts the text `Ping test`, and if that fails `{"text":"Ping test"}`. Whether the ping
 *   is signed is UNCONFIRMED, and the secret is shown only afterwards: it is answered to anybody.
 * - Anything but 200 counts as a failure there. Bob tries again for three days.
 * - It is thin: the employee's number, and of an update the names of the fields. How `fieldUpdates` writes those is
 *   UNCONFIRMED: texts and `{ "id": ... }` are both read.
 * - There is no delivery id: the content, which holds the time, is the id. That retries repeat it is UNCONFIRMED.
 * - The time may come without a zone, and then counts as missing.
 * - v1, of which no more can be made, has no `data`: from it only the type is read, the rest is mapped.
 */
import * as z from 'zod';
import { isRecord } from '../json.ts';
import { own, peek, readJson, textOf } from './body.ts';
import { draftOf, worded } from './preset.ts';
import type { Preset } from './preset.ts';
import type { SignedRequest } from './request.ts';

const text = z.string().optional();

const eventSchema = z.preprocess(
  worded,
  z.object({
    type: z.string(),
    triggeredAt: text,
    data: z
      .preprocess(worded, z.object({ employeeId: text, fieldUpdates: z.unknown().optional() }))
      .optional(),
  }),
);

const namesOf = (updates: unknown): string[] | undefined =>
  Array.isArray(updates)
    ? updates.flatMap((update: unknown) => textOf(update) ?? textOf(own(update, 'id')) ?? [])
    : undefined;

const PING = 'Ping test';

/** Room for the ping as text, as JSON text and as an object; an event is longer, and is not read twice. */
const MAX_PING_BYTES = 64;

const isPing = (request: SignedRequest): boolean => {
  if (request.body.byteLength > MAX_PING_BYTES) return false;
  const body = peek(request) ?? new TextDecoder().decode(request.body).trim();
  if (!isRecord(body)) return body === PING;
  return own(body, 'text') === PING && Object.keys(body).length === 1;
};

export const hibob: Preset = {
  auth: {
    hmac: {
      header: 'bob-signature',
      algorithm: 'sha512',
      encoding: 'base64',
      signed: '{body}',
      key: 'text',
    },
  },
  handshake: { open: (request) => (isPing(request) ? {} : undefined) },
  accepted: 200,
  read: ({ request }) => [
    draftOf(eventSchema, readJson(request.body), ({ type, triggeredAt, data }) => ({
      type,
      time: triggeredAt,
      person: { id: data?.employeeId, changedFields: namesOf(data?.fieldUpdates) },
    })),
  ],
};
