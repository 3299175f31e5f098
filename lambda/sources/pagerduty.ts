/**
 * PagerDuty's webhooks, version 3: https://developer.pagerduty.com/docs/webhooks-overview
 *
 * - Several signatures in one header, while a secret is being exchanged; other versions than v1 are passed over.
 * - `pagey.ping` is what the test button sends: signed, answered, and no event.
 * - Users are an id and a name, never an e-mail. A responder is the person of an event; the assignees of an incident
 *   are several, and stay in the payload.
 * - It waits 5 seconds. 5xx and 429 are sent again for up to 48 hours, other 4xx never.
 */
import * as z from 'zod';
import { own, readJson } from './body.ts';
import { draftOf, worded } from './preset.ts';
import type { Draft, Preset } from './preset.ts';

const text = z.string().optional();

const dataSchema = z.preprocess(
  worded,
  z.object({
    type: text,
    id: text,
    number: text,
    status: text,
    incident_type: z.preprocess(worded, z.object({ name: text })).optional(),
    /** Of notes, responders and the like. */
    incident: z.preprocess(worded, z.object({ id: text })).optional(),
    user: z.preprocess(worded, z.object({ id: text, summary: text })).optional(),
  }),
);

const bodySchema = z.preprocess(
  worded,
  z.object({
    event: z.preprocess(
      worded,
      z.object({
        id: z.string(),
        event_type: z.string(),
        occurred_at: text,
        data: dataSchema.optional(),
      }),
    ),
  }),
);

const aboutOf = (data: z.infer<typeof dataSchema>): Pick<Draft, 'subject' | 'person' | 'ticket'> => {
  const { id, user, incident } = data;
  if (data.type === 'incident')
    return {
      subject: id,
      ticket: { id, key: data.number, type: data.incident_type?.name, status: data.status },
    };
  return {
    subject: incident?.id ?? id,
    person: user && { id: user.id, name: user.summary },
    ticket: incident && { id: incident.id },
  };
};

export const pagerduty: Preset = {
  auth: {
    hmac: {
      header: 'x-pagerduty-signature',
      algorithm: 'sha256',
      encoding: 'hex',
      prefix: 'v1=',
      list: ',',
      signed: '{body}',
      key: 'text',
    },
  },
  handshake: {
    authentic: ({ body }) =>
      own(own(readJson(body), 'event'), 'event_type') === 'pagey.ping' ? {} : undefined,
  },
  read: ({ request }) => [
    draftOf(bodySchema, readJson(request.body), ({ event }) => ({
      id: event.id,
      type: event.event_type,
      time: event.occurred_at,
      ...(event.data && aboutOf(event.data)),
    })),
  ],
};
