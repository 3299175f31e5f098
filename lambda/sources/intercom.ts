/**
 * Intercom's webhooks: https://developers.intercom.com/docs/webhooks/setting-up-webhooks
 *
 * - The key is the client secret of the app; the algorithm is SHA-1.
 * - A URL is accepted once it answers a HEAD request, which is not signed. A `ping` comes then, and from time to time:
 *   it is signed, answered, and no event.
 * - What tells one delivery of a notification from the next (`delivery_attempts` and the like) is left out of the
 *   payload, so that a retry has the same content.
 * - A ticket's contacts come with their ids alone. The state is an object in newer versions of the API, text in older.
 * - It waits 5 seconds, and sends once more after a minute (by another account, several times). The order is not kept.
 */
import * as z from 'zod';
import { own, readJson, without } from './body.ts';
import { draftOf, worded } from './preset.ts';
import type { Draft, Preset } from './preset.ts';
import { timeOf } from './time.ts';

const OF_THE_DELIVERY = ['delivery_status', 'delivery_attempts', 'delivered_at'];

const text = z.string().optional();

const stateSchema = z.preprocess(
  (value) => (typeof value === 'string' ? { category: value } : worded(value)),
  z.object({ category: text }),
);

const itemSchema = z.preprocess(
  worded,
  z.object({
    type: text,
    id: text,
    ticket_id: text,
    ticket_type: z.preprocess(worded, z.object({ name: text })).optional(),
    ticket_state: stateSchema.optional(),
    ticket_attributes: z.record(z.string(), z.unknown()).optional(),
    name: text,
    email: text,
  }),
);

const notificationSchema = z.preprocess(
  worded,
  z.object({
    id: z.string(),
    topic: z.string(),
    created_at: text,
    data: z.preprocess(worded, z.object({ item: itemSchema.optional() })).optional(),
  }),
);

/** `user` and `lead` are what contacts were before; an admin is a colleague. */
const PEOPLE: readonly (string | undefined)[] = ['admin', 'contact', 'user', 'lead'];

const aboutOf = (item: z.infer<typeof itemSchema>): Pick<Draft, 'person' | 'ticket'> => {
  const { type, id, name, email } = item;
  if (type === 'ticket')
    return {
      ticket: {
        id,
        key: item.ticket_id,
        type: item.ticket_type?.name,
        status: item.ticket_state?.category,
        fields: item.ticket_attributes,
      },
    };
  return PEOPLE.includes(type) ? { person: { id, name, email } } : {};
};

export const intercom: Preset = {
  auth: {
    hmac: {
      header: 'x-hub-signature',
      algorithm: 'sha1',
      encoding: 'hex',
      prefix: 'sha1=',
      signed: '{body}',
      key: 'text',
    },
  },
  handshake: {
    methods: ['HEAD'],
    open: ({ method }) => (method === 'HEAD' ? {} : undefined),
    authentic: ({ body }) => (own(readJson(body), 'topic') === 'ping' ? {} : undefined),
  },
  accepted: 200,
  read: ({ request }) => {
    const body = readJson(request.body);
    const payload = without(body, ...OF_THE_DELIVERY);
    return [
      draftOf(notificationSchema, payload, ({ id, topic, created_at, data }) => ({
        id,
        type: topic,
        time: timeOf(created_at, 's'),
        subject: data?.item?.id,
        ...(data?.item && aboutOf(data.item)),
      })),
    ];
  },
};
