/**
 * Linear's webhooks: https://linear.app/developers/webhooks
 *
 * - The time of sending is in the body, in milliseconds, and may be off by a minute. Each retry has another, and so
 *   another signature: it is left out of the payload, whose content is the id, the same over retries.
 *   Linear-Delivery is not part of what is signed, so that a replay could bring another.
 * - An update says in `updatedFrom` what the changed fields were before.
 * - It waits 5 seconds for a 200, and sends again after a minute, an hour and six hours.
 */
import * as z from 'zod';
import { readJson, without } from './body.ts';
import { draftOf, worded } from './preset.ts';
import type { Draft, Preset } from './preset.ts';

const SENT_AT = 'webhookTimestamp';

const text = z.string().optional();
const named = z.preprocess(worded, z.object({ name: text }));

const eventSchema = z.preprocess(
  worded,
  z.object({
    action: z.string(),
    type: z.string(),
    createdAt: text,
    data: z
      .preprocess(
        worded,
        z.object({
          id: text,
          identifier: text,
          state: named.optional(),
          labels: z.array(named).optional(),
          creator: z.preprocess(worded, z.object({ email: text })).optional(),
          name: text,
          email: text,
        }),
      )
      .optional(),
  }),
);
type Event = z.infer<typeof eventSchema>;

const aboutOf = ({ type, data }: Event): Pick<Draft, 'person' | 'ticket'> => {
  const { id, identifier, state, labels, creator, name, email } = data ?? {};
  if (type === 'User') return { person: { id, name, email } };
  if (type !== 'Issue') return {};
  return {
    ticket: {
      id,
      key: identifier,
      status: state?.name,
      requesterEmail: creator?.email,
      fields: labels && { labels: labels.map((label) => label.name) },
    },
  };
};

export const linear: Preset = {
  auth: {
    hmac: {
      header: 'linear-signature',
      algorithm: 'sha256',
      encoding: 'hex',
      signed: '{body}',
      timestamp: { body: SENT_AT, unit: 'ms', tolerance: 60 },
      key: 'text',
    },
  },
  accepted: 200,
  read: ({ request }) => {
    const payload = without(readJson(request.body), SENT_AT);
    return [
      draftOf(eventSchema, payload, (event) => ({
        type: `${event.type}.${event.action}`,
        time: event.createdAt,
        subject: event.data?.identifier ?? event.data?.id,
        ...aboutOf(event),
      })),
    ];
  },
};
