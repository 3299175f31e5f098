/**
 * Deel webhooks, https://developer.deel.com/docs/webhooks-get-started.
 *
 * - Signed is the word POST followed by the body.
 * - `resource` is one object or a list of them; each becomes an event, whose payload has it as `data.resource`.
 * - The id of a delivery is `event_id` in newer texts and `tracking_id` in older ones. Neither is promised to belong to
 *   one event alone, so the resource is part of our id; `timestamp` is not, for it may be that of the sending.
 *   `event_type_id` is the event's in one text and the type's in another, and has no part in it.
 * - An employee's and a worker's id is that of the person, a contract's is not. The e-mail of a contract's worker is
 *   `worker_email`, there or under `invitations`. What else a resource holds differs from type to type, and is mapped.
 * - The simulated events of its developer tools are signed as well, with `data.meta.is_simulation`.
 * - Ten tries in about a day and a half; then the webhook is switched off.
 */
import * as z from 'zod';
import { contentId } from '../event.ts';
import { isRecord } from '../json.ts';
import { own, readJson, textOf } from './body.ts';
import { draftOf, worded } from './preset.ts';
import type { Draft, Preset } from './preset.ts';

const text = z.string().optional();

const eventSchema = z.preprocess(
  worded,
  z.object({
    timestamp: text,
    data: z.object({
      meta: z.preprocess(
        worded,
        z.object({ event_type: z.string(), event_id: text, tracking_id: text, occurred_at: text }),
      ),
      resource: z
        .preprocess(
          worded,
          z.object({
            id: text,
            contract_id: text,
            worker_email: text,
            invitations: z.unknown().optional(),
          }),
        )
        .optional(),
    }),
  }),
);

const IS_OF_A_PERSON = /^(?:employee|worker)\./;

const readEvent = (source: string, payload: unknown): Draft =>
  draftOf(eventSchema, payload, ({ timestamp, data: { meta, resource } }) => {
    const { event_type: type, event_id, tracking_id, occurred_at } = meta;
    const delivery = event_id ?? tracking_id;
    return {
      id:
        delivery &&
        contentId(source, delivery, type, JSON.stringify(own(own(payload, 'data'), 'resource') ?? null)),
      type,
      time: occurred_at ?? timestamp,
      subject: resource?.id ?? resource?.contract_id,
      person: {
        id: IS_OF_A_PERSON.test(type) ? resource?.id : undefined,
        email: resource?.worker_email ?? textOf(own(resource?.invitations, 'worker_email')),
      },
    };
  });

export const deel: Preset = {
  auth: {
    hmac: {
      header: 'x-deel-signature',
      algorithm: 'sha256',
      encoding: 'hex',
      signed: 'POST{body}',
      key: 'text',
    },
  },
  read: ({ name, request }) => {
    const body = readJson(request.body);
    const data = own(body, 'data');
    const resource = own(data, 'resource');
    if (!isRecord(body) || !isRecord(data) || !Array.isArray(resource)) return [readEvent(name, body)];
    if (resource.length === 0)
      return [{ payload: body, unrecognized: 'data.resource: must be an object, or a list of at least one' }];
    return resource.map((item: unknown) => readEvent(name, { ...body, data: { ...data, resource: item } }));
  },
};
