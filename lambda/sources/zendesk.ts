/**
 * Zendesk webhooks, https://developer.zendesk.com/documentation/webhooks/: subscribed to events, or called by a trigger
 * whose JSON the administrator writes.
 *
 * - The secret is used as the text that is shown, although it looks like base64.
 * - Zendesk publishes no freshness window; five minutes are ours.
 * - Ticket events carry neither the requester's e-mail nor custom fields, except the one that a custom_field_changed
 *   is about. A trigger can carry what its author puts in: `person` and `ticket` in our words are read, the rest is
 *   mapped.
 * - An event has an id in its body. A trigger has none, and X-Zendesk-Webhook-Invocation-Id is not part of what is
 *   signed, so that a replay could bring another: the content is the id. It is the same over retries; a trigger that
 *   may rightly fire twice with one content needs something in it that changes, as the ticket's time of update.
 */
import * as z from 'zod';
import { isRecord } from '../json.ts';
import { own, readJson, textOf } from './body.ts';
import { draftOf, vocabularyIn, worded } from './preset.ts';
import type { Draft, Preset } from './preset.ts';

const EVENT_TYPE = 'zen:event-type:';

const text = z.string().optional();

const eventSchema = z.preprocess(
  worded,
  z.object({
    id: z.string(),
    type: z.string(),
    time: text,
    subject: text,
    detail: z.preprocess(worded, z.object({ id: text, type: text, status: text, email: text })).optional(),
    event: z
      .object({
        custom_field: z.preprocess(worded, z.object({ id: z.string(), title: text })).optional(),
        current: z.unknown().optional(),
      })
      .optional(),
  }),
);
type Event = z.infer<typeof eventSchema>;

const readEvent = ({ id, type, time, subject, detail, event }: Event): Omit<Draft, 'payload'> => {
  // Without a subject (zen:ticket:35436), the type tells what `detail` is (zen:event-type:ticket.created).
  const [, kind = type.slice(EVENT_TYPE.length).split('.')[0], number = detail?.id] =
    /^zen:(\w+):(.+)$/.exec(subject ?? '') ?? [];
  const envelope = { id, type, time };
  if (kind === 'ticket') {
    const ticket = { id: number, type: detail?.type, status: detail?.status, fields: changedField(event) };
    return { ...envelope, subject: number, ticket };
  }
  if (kind === 'user') return { ...envelope, subject: number, person: { id: number, email: detail?.email } };
  return { ...envelope, subject };
};

/** By its title, as it is called on the form, and by its id, which stays when the title is changed. */
const changedField = (event: Event['event']): Record<string, unknown> | undefined => {
  const field = event?.custom_field;
  if (!field) return undefined;
  const value = isRecord(event.current) ? own(event.current, 'value') : event.current;
  return Object.fromEntries([field.id, field.title ?? field.id].map((name) => [name, value]));
};

export const zendesk: Preset = {
  auth: {
    hmac: {
      header: 'x-zendesk-webhook-signature',
      algorithm: 'sha256',
      encoding: 'base64',
      signed: '{timestamp}{body}',
      timestamp: { header: 'x-zendesk-webhook-signature-timestamp', unit: 'iso', tolerance: 300 },
      key: 'text',
    },
  },
  // Signs what the "test webhook" form sends before the webhook exists.
  publishedKeys: ['dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=='],
  read: ({ request, mapping }) => {
    const body = readJson(request.body);
    return textOf(own(body, 'type'))?.startsWith(EVENT_TYPE)
      ? [{ id: textOf(own(body, 'id')), ...draftOf(eventSchema, body, readEvent) }]
      : [{ payload: body, ...vocabularyIn(body, mapping) }];
  },
};
