/**
 * Gusto webhooks, https://docs.gusto.com/app-integrations/docs/webhooks.
 *
 * - The key is the verification_token of the subscription. Gusto sends it once, unsigned, as the first POST, and the
 *   operator says it back by `PUT /v1/webhook_subscriptions/{uuid}/verify`. It is a secret, so it is in no log: it is
 *   parked, where the operator reads it, and only while the source has no key. Anybody who knows the URL in that time
 *   could send another: Gusto accepts none but its own, so it becomes our key only after Gusto has verified it.
 * - The encoding is not in Gusto's own text; that it is hexadecimal is how public receivers have it.
 * - One of its pages shows an event without `uuid`: then the content is the id.
 * - It is thin: which company and which employee. `resource_uuid` is the company, `entity_uuid` what the event is about.
 */
import * as z from 'zod';
import { isRecord } from '../json.ts';
import { own, peek, readJson, textOf } from './body.ts';
import { draftOf, worded } from './preset.ts';
import type { Preset } from './preset.ts';
import { timeOf } from './time.ts';

const text = z.string().optional();

const eventSchema = z.preprocess(
  worded,
  z.object({
    uuid: text,
    event_type: z.string(),
    entity_type: text,
    entity_uuid: text,
    resource_uuid: text,
    timestamp: text,
  }),
);

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const gusto: Preset = {
  auth: {
    hmac: {
      header: 'x-gusto-signature',
      algorithm: 'sha256',
      encoding: 'hex',
      signed: '{body}',
      key: 'text',
    },
  },
  handshake: {
    beforeAnyKey: (request) => {
      const body = peek(request);
      const verification_token = textOf(own(body, 'verification_token'));
      if (!isRecord(body) || !verification_token || !UUID.test(verification_token)) return undefined;
      return Object.keys(body).length > 1
        ? undefined
        : {
            payload: { verification_token },
            instruction:
              "verification_token: say it back to Gusto (PUT /v1/webhook_subscriptions/{uuid}/verify); once Gusto accepts it, it is this source's key; then delete this message",
          };
    },
  },
  read: ({ request }) => [
    draftOf(eventSchema, readJson(request.body), (event) => ({
      id: event.uuid,
      type: event.event_type,
      time: timeOf(event.timestamp, 's'),
      subject: event.entity_uuid ?? event.resource_uuid,
      ...(event.entity_type === 'Employee' && { person: { id: event.entity_uuid } }),
    })),
  ],
};
