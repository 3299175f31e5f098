/**
 * GitHub's webhooks, for issues and what is written under them: https://docs.github.com/en/webhooks
 *
 * - The body is JSON, or a form with the JSON in its field `payload`, as the webhook's content type says.
 * - X-GitHub-Event and X-GitHub-Delivery are not part of what is signed, so that a replay could bring others: the type
 *   is read from the body, and the content is the id, the same when a delivery is sent again.
 * - `ping` comes when the webhook is made: signed, answered, and no event.
 * - It waits 10 seconds, and never sends again by itself.
 * - Nobody's e-mail is in it, and its user names are GitHub's own. Events about anything but an issue keep their payload.
 */
import * as z from 'zod';
import { own, peekJson, readBody, textOf } from './body.ts';
import { draftOf, worded } from './preset.ts';
import type { Draft, Preset } from './preset.ts';
import { mediaTypeOf } from './request.ts';
import type { SignedRequest } from './request.ts';

const text = z.string().optional();
const named = z.preprocess(worded, z.object({ name: text }));

const eventSchema = z.preprocess(
  worded,
  z.object({
    action: z.string(),
    issue: z.preprocess(
      worded,
      z.object({
        id: text,
        number: z.string(),
        state: text,
        updated_at: text,
        labels: z.array(named).optional(),
        type: named.optional(),
      }),
    ),
    comment: z.unknown().optional(),
    repository: z.preprocess(worded, z.object({ full_name: z.string() })),
  }),
);

const bodyOf = (request: SignedRequest): unknown => {
  const body = readBody(request);
  if (mediaTypeOf(request) !== 'application/x-www-form-urlencoded') return body;
  // What is no JSON there is kept as it came.
  return peekJson(textOf(own(body, 'payload')) ?? '') ?? body;
};

const draftFrom = (body: unknown): Draft => {
  if (own(body, 'issue') === undefined) return { payload: body };
  return draftOf(eventSchema, body, ({ action, issue, comment, repository }) => {
    const key = `${repository.full_name}#${issue.number}`;
    return {
      type: `${comment === undefined ? 'issues' : 'issue_comment'}.${action}`,
      time: issue.updated_at,
      subject: key,
      ticket: {
        id: issue.id,
        key,
        type: issue.type?.name,
        status: issue.state,
        fields: issue.labels && { labels: issue.labels.map(({ name }) => name) },
      },
    };
  });
};

export const github: Preset = {
  auth: {
    hmac: {
      header: 'x-hub-signature-256',
      algorithm: 'sha256',
      encoding: 'hex',
      prefix: 'sha256=',
      signed: '{body}',
      key: 'text',
    },
  },
  handshake: {
    authentic: (request) => {
      const body = bodyOf(request);
      return textOf(own(body, 'zen')) && own(body, 'hook_id') !== undefined ? {} : undefined;
    },
  },
  read: ({ request }) => [draftFrom(bodyOf(request))],
};
