/**
 * Okta event hooks, https://developer.okta.com/docs/concepts/event-hooks/.
 *
 * - There is no signature: the secret is the text of the Authorization header, which the administrator chooses.
 * - Okta asks once, by GET, whether the URL is ours, and says the same Authorization. A challenge that says none is
 *   answered as well; one that says a wrong one is refused, so that the slip shows while the hook is being made.
 * - One POST, several events, each with an id of its own. They may come twice, late and out of order.
 * - `alternateId` is the login. It is taken for the e-mail address that it usually is, if it has an @.
 * - An event also tells of what failed: a rule asks for `payload.outcome.result = 'SUCCESS'`.
 * - 4xx is never repeated, 5xx once. The answer is to be 200 or 204, and empty.
 */
import * as z from 'zod';
import { own, readJson } from './body.ts';
import { draftOf, jsonAnswer, worded } from './preset.ts';
import type { Answer, Draft, Preset } from './preset.ts';
import { headerOf } from './request.ts';
import type { SignedRequest } from './request.ts';

/** Okta's own are 36 characters and less. */
const MAX_CHALLENGE_LENGTH = 256;

const text = z.string().optional();

const targetSchema = z.preprocess(
  worded,
  z.object({ type: text, id: text, alternateId: text, displayName: text }),
);

const eventSchema = z.preprocess(
  worded,
  z.object({
    uuid: z.string(),
    eventType: z.string(),
    published: text,
    target: z.array(targetSchema).default([]),
  }),
);

const readEvent = (event: unknown): Draft =>
  draftOf(eventSchema, event, ({ uuid, eventType, published, target }) => {
    const user = target.find(({ type }) => type === 'User');
    const { id, alternateId, displayName: name } = user ?? {};
    return {
      id: uuid,
      type: eventType,
      time: published,
      ...(user && { person: { id, name, email: alternateId?.includes('@') ? alternateId : undefined } }),
    };
  });

const challenge = (request: SignedRequest): Answer | undefined => {
  const verification = headerOf(request, 'x-okta-verification-challenge');
  return request.method === 'GET' && verification && verification.length <= MAX_CHALLENGE_LENGTH
    ? jsonAnswer({ verification })
    : undefined;
};

export const okta: Preset = {
  auth: { header: { name: 'authorization' } },
  handshake: {
    methods: ['GET'],
    open: (request) => (headerOf(request, 'authorization') ? undefined : challenge(request)),
    authentic: challenge,
  },
  accepted: 204,
  read: ({ request }) => {
    const body = readJson(request.body);
    const events = own(own(body, 'data'), 'events');
    return Array.isArray(events) && events.length > 0
      ? events.map(readEvent)
      : [{ payload: body, unrecognized: 'data.events: must be a list of at least one' }];
  },
};
