/**
 * Front's webhooks: those that a rule calls, https://dev.frontapp.com/docs/rule-webhooks, and those of an application,
 * https://dev.frontapp.com/docs/application-webhooks.
 *
 * - One header, two algorithms: which of them counts is the operator's word (`kind`), never the request's. A rule's is
 *   an HMAC-SHA1 over the body alone, with no time: a request that was recorded stays good for ever. An application's
 *   is an HMAC-SHA256 with the time, in milliseconds. Front publishes no freshness window; five minutes are ours.
 * - An application's URL is saved only if it answers x-front-challenge within 10 seconds; JSON is one of the three
 *   forms that others report the answer may have. The header is not signed, but the body that comes with it is, and
 *   says `sync`: nothing else is ever taken for a challenge.
 * - A rule's body is the event, an application's has it in `payload`, under names of its own: `tag` and `tag_added`.
 * - Whether the event in an application's body always has its id is UNCONFIRMED. Without one the content is the id; it
 *   is the same over retries, because the time that changes is in a header.
 * - A preview has no more than the ids. Rules send it unless "Send full event data" is on.
 */
import * as z from 'zod';
import { own, readJson } from './body.ts';
import { draftOf, jsonAnswer, worded } from './preset.ts';
import type { Answer, Draft, Preset } from './preset.ts';
import { headerOf } from './request.ts';
import type { SignedRequest } from './request.ts';
import type { Scheme } from './scheme.ts';
import { timeOf } from './time.ts';

const signed = { header: 'x-front-signature', encoding: 'base64', key: 'text' } as const;

const SCHEMES = {
  rule: { hmac: { ...signed, algorithm: 'sha1', signed: '{body}' } },
  application: {
    hmac: {
      ...signed,
      algorithm: 'sha256',
      signed: '{timestamp}:{body}',
      timestamp: { header: 'x-front-request-timestamp', unit: 'ms', tolerance: 300 },
    },
  },
} satisfies Record<string, Scheme>;

type Kind = keyof typeof SCHEMES;

const text = z.string().optional();

const conversationSchema = z
  .preprocess(
    worded,
    z.object({
      id: text,
      status: text,
      recipient: z.preprocess(worded, z.object({ handle: text, role: text })).optional(),
      custom_fields: z.record(z.string(), z.unknown()).optional(),
    }),
  )
  .transform(({ id, status, recipient, custom_fields: fields }) => {
    // Whoever wrote first. In a conversation that was started from here, the recipient asked for nothing.
    const requester = recipient?.role === 'from' ? recipient.handle : undefined;
    return { id, status, requesterEmail: requester?.includes('@') ? requester : undefined, fields };
  });

/** Seconds, with a fraction where there is one. */
const emittedSchema = z
  .unknown()
  .transform((value) =>
    typeof value === 'number' ? timeOf(Math.round(value * 1000), 'ms') : timeOf(value, 's'),
  );

const event = { id: text, emitted_at: emittedSchema.optional(), conversation: conversationSchema.optional() };

const ruleSchema = z.preprocess(worded, z.object({ type: z.string(), ...event }));

const applicationSchema = z.preprocess(
  worded,
  z.object({ type: z.string(), payload: z.preprocess(worded, z.object(event)) }),
);

const READERS = {
  rule: (body) => draftOf(ruleSchema, body, ({ type, ...read }) => draftFrom(type, read)),
  application: (body) => draftOf(applicationSchema, body, ({ type, payload }) => draftFrom(type, payload)),
} satisfies Record<Kind, (body: unknown) => Draft>;

const draftFrom = (
  type: string,
  { id, emitted_at: time, conversation: ticket }: z.infer<z.ZodObject<typeof event>>,
): Omit<Draft, 'payload'> => ({ id, type, time, ticket });

const challenge = (request: SignedRequest): Answer | undefined => {
  const given = headerOf(request, 'x-front-challenge');
  return given && own(readJson(request.body), 'type') === 'sync'
    ? jsonAnswer({ challenge: given })
    : undefined;
};

export const front = (kind: Kind): Preset => ({
  auth: SCHEMES[kind],
  ...(kind === 'application' && { handshake: { authentic: challenge } }),
  read: ({ request }) => [READERS[kind](readJson(request.body))],
});
