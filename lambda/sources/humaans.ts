/**
 * Humaans webhooks, https://intercom.help/humaans/en/articles/9739569-managing-webhooks.
 *
 * - The vendor's text on signatures and payloads was not to be had. Header, arithmetic and the words of the envelope
 *   (`event`, `data`, `timestamp`) are those of a public client, and UNCONFIRMED. The signature may stand behind
 *   `sha256=` or alone. Whatever else comes is parked with its payload, and can be mapped.
 * - Whether an id at the top is the delivery's or the webhook's is UNCONFIRMED: the content is the id, so that no event
 *   is ever taken for another one.
 * - A webhook has two URLs: the one for tests gets dummy people, signed or not.
 */
import * as z from 'zod';
import { readJson } from './body.ts';
import { draftOf, worded } from './preset.ts';
import type { Preset } from './preset.ts';

const text = z.string().optional();

const dataSchema = z.preprocess(
  worded,
  z.object({
    id: text,
    personId: text,
    firstName: text,
    lastName: text,
    preferredName: text,
    email: text,
    phoneNumber: text,
    employeeId: text,
    employmentStartDate: text,
    status: text,
  }),
);
type Data = z.infer<typeof dataSchema>;

const eventSchema = z.preprocess(
  worded,
  z.object({ event: z.string(), timestamp: text, data: dataSchema.optional() }),
);

const personOf = ({ id, firstName, lastName, preferredName, ...data }: Data) => ({
  id,
  email: data.email,
  workPhone: data.phoneNumber,
  name: [preferredName ?? firstName, lastName].filter(Boolean).join(' ') || undefined,
  employeeNumber: data.employeeId,
  startDate: data.employmentStartDate,
  status: data.status,
});

export const humaans: Preset = {
  auth: {
    hmac: {
      header: 'x-humaans-signature',
      algorithm: 'sha256',
      encoding: 'hex',
      prefix: 'sha256=',
      prefixOptional: true,
      signed: '{body}',
      key: 'text',
    },
  },
  read: ({ request }) => [
    draftOf(eventSchema, readJson(request.body), ({ event, timestamp, data = {} }) => ({
      type: event,
      time: timestamp,
      subject: data.personId ?? data.id,
      person: event.startsWith('person.') ? personOf(data) : { id: data.personId },
    })),
  ],
};
