/**
 * CloudEvents 1.0 over HTTP, structured, binary and in batches:
 * https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md
 *
 * - The binding has no authentication, so the operator says which, as for `http`; the webhook specification's own are
 *   a bearer token, and `query: { name: access_token }`.
 * - The payload is the CloudEvent as structured mode writes it, whichever way it came: `payload.data` is its data.
 * - Our id is the event's source and id together: only both are unique.
 * - Binary mode says everything but the data in headers, which no HMAC over the body protects. From a source with
 *   `hmac` it is parked, for a rule must not believe a type that anybody could exchange.
 * - A sender that asks for leave first (OPTIONS) is given it: what it then sends still has to be authentic.
 */
import * as z from 'zod';
import type { Auth } from '../configuration.ts';
import { own, readJson, readText, UnreadableBody } from './body.ts';
import { draftOf, vocabularyIn, worded } from './preset.ts';
import type { Answer, Delivery, Draft, Preset } from './preset.ts';
import { headerOf, mediaTypeOf } from './request.ts';
import type { SignedRequest } from './request.ts';

const eventSchema = z.preprocess(
  worded,
  z.object({
    specversion: z.literal('1.0', { error: 'must be 1.0' }),
    id: z.string(),
    source: z.string(),
    type: z.string(),
    subject: z.string().optional(),
    time: z.string().optional(),
  }),
);

const readEvent =
  ({ mapping }: Delivery) =>
  (event: unknown): Draft =>
    draftOf(eventSchema, event, ({ id, source, type, subject, time }) => ({
      // A source is a URI, and has no space in it.
      id: `${source} ${id}`,
      type,
      subject,
      time,
      ...vocabularyIn(own(event, 'data'), mapping, ['data']),
    }));

const ATTRIBUTE = /^ce-([a-z0-9]+)$/;

/** The event of binary mode, as structured mode writes it. */
const structured = (request: SignedRequest): unknown => {
  const attributes = Object.entries(request.headers).flatMap(([header, value = '']): [string, unknown][] => {
    const [, name] = ATTRIBUTE.exec(header) ?? [];
    return name === undefined ? [] : [[name, percentDecoded(value)]];
  });
  return { ...Object.fromEntries(attributes), ...dataOf(request) };
};

const percentDecoded = (value: string): string => {
  try {
    return value.replaceAll(/(?:%[0-9a-f]{2})+/gi, decodeURIComponent);
  } catch {
    throw new UnreadableBody('the ce- headers must be UTF-8, percent-encoded');
  }
};

const dataOf = (request: SignedRequest): Readonly<Record<string, unknown>> => {
  const datacontenttype = headerOf(request, 'content-type');
  const mediaType = mediaTypeOf(request);
  if (request.body.byteLength === 0) return {};
  if (mediaType === '' || /[/+]json$/.test(mediaType))
    return { datacontenttype, data: readJson(request.body) };
  return mediaType.startsWith('text/')
    ? { datacontenttype, data: readText(request.body) }
    : { datacontenttype, data_base64: Buffer.from(request.body).toString('base64') };
};

const readBatch = (delivery: Delivery): Draft[] => {
  const batch = readJson(delivery.request.body);
  return Array.isArray(batch) && batch.length > 0
    ? batch.map(readEvent(delivery))
    : [{ payload: batch, unrecognized: 'the batch: must be a list of at least one' }];
};

const readBinary = (delivery: Delivery, auth: Auth): Draft => {
  const event = structured(delivery.request);
  return 'hmac' in auth
    ? {
        payload: event,
        unrecognized: 'the ce- headers: binary mode is not protected by the signature; send structured mode',
      }
    : readEvent(delivery)(event);
};

/** A host as DNS writes it. */
const ORIGIN = /^[a-z0-9.:-]{1,253}$/i;

const leave = (request: SignedRequest): Answer | undefined => {
  const origin = headerOf(request, 'webhook-request-origin');
  if (request.method !== 'OPTIONS' || !origin || !ORIGIN.test(origin)) return undefined;
  return {
    headers: { allow: 'POST, OPTIONS', 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*' },
  };
};

export const cloudevents = (auth: Auth): Preset => ({
  auth,
  handshake: { methods: ['OPTIONS'], open: leave },
  read: (delivery) => {
    const mediaType = mediaTypeOf(delivery.request);
    // The batch first: its media type begins like the other.
    if (mediaType.startsWith('application/cloudevents-batch')) return readBatch(delivery);
    return mediaType.startsWith('application/cloudevents')
      ? [readEvent(delivery)(readJson(delivery.request.body))]
      : [readBinary(delivery, auth)];
  },
});
