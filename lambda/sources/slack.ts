/**
 * Slack: the Events API, slash commands and interactions.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack/
 *
 * - Slack writes `/` and what is not ASCII as escapes: only the bytes as they came can be verified.
 * - A URL is accepted once it answers `url_verification`, which is signed like all the rest.
 * - The answer to a command is shown to whoever gave it, so it is empty, and 200 as Slack wants it.
 * - An event has an id, the same over retries. Commands and interactions are not repeated by Slack; each has a
 *   `trigger_id` of its own.
 * - `team_join` brings the whole user, other events its id alone. An e-mail needs the scope users:read.email.
 */
import * as z from 'zod';
import { own, peekJson, readBody, textOf } from './body.ts';
import { draftOf, jsonAnswer, worded } from './preset.ts';
import type { Draft, Preset } from './preset.ts';
import { timeOf } from './time.ts';

const text = z.string().optional();

const profileSchema = z.preprocess(worded, z.object({ email: text, title: text, phone: text }));

const userSchema = z
  .preprocess(
    (value) => (typeof value === 'string' ? { id: value } : worded(value)),
    z.object({ id: text, name: text, real_name: text, profile: profileSchema.optional() }),
  )
  .transform(({ id, name, real_name, profile }) => ({
    id,
    name: real_name ?? name,
    email: profile?.email,
    title: profile?.title,
    workPhone: profile?.phone,
  }));

const eventSchema = z.preprocess(
  worded,
  z.object({
    event_id: z.string(),
    event_time: text,
    event: z.preprocess(worded, z.object({ type: z.string(), user: userSchema.optional() })),
  }),
);

const commandSchema = z.preprocess(
  worded,
  z.object({ command: z.string(), trigger_id: text, user_id: text, user_name: text }),
);

const interactionSchema = z.preprocess(
  worded,
  z.object({ type: z.string(), trigger_id: text, user: userSchema.optional() }),
);

const draftFrom = (body: unknown): Draft => {
  if (own(body, 'command') !== undefined)
    return draftOf(commandSchema, body, ({ trigger_id, user_id, user_name }) => ({
      id: trigger_id,
      type: 'slash_command',
      person: { id: user_id, name: user_name },
    }));
  // An interaction is JSON in a field of a form; what is no JSON there is kept as it came.
  const interaction = peekJson(textOf(own(body, 'payload')) ?? '');
  if (own(body, 'payload') !== undefined)
    return draftOf(interactionSchema, interaction ?? body, ({ type, trigger_id, user }) => ({
      id: trigger_id,
      type,
      person: user,
    }));
  return draftOf(eventSchema, body, ({ event_id, event_time, event: { type, user } }) => ({
    id: event_id,
    type,
    time: timeOf(event_time, 's'),
    person: user,
  }));
};

export const slack: Preset = {
  auth: {
    hmac: {
      header: 'x-slack-signature',
      algorithm: 'sha256',
      encoding: 'hex',
      prefix: 'v0=',
      signed: 'v0:{timestamp}:{body}',
      timestamp: { header: 'x-slack-request-timestamp', unit: 's', tolerance: 300 },
      key: 'text',
    },
  },
  handshake: {
    authentic: (request) => {
      const body = readBody(request);
      const challenge = textOf(own(body, 'challenge'));
      return own(body, 'type') === 'url_verification' && challenge ? jsonAnswer({ challenge }) : undefined;
    },
  },
  accepted: 200,
  read: ({ request }) => [draftFrom(readBody(request))],
};
