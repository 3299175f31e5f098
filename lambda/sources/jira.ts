/**
 * Jira Cloud's webhooks, as an administrator makes them: https://developer.atlassian.com/cloud/jira/platform/webhooks/
 *
 * - The header is X-Hub-Signature, without "-256" in its name although it is SHA-256. Jira sends it only if the webhook
 *   has a secret. The webhooks of OAuth and Connect apps are signed in another way, and are refused.
 * - An approval is a change of the status: an item of `changelog.items`, whose new value has the key `toString`. It is
 *   not read here; a rule finds it in the payload, and `ticket.status` is the status after the change.
 * - X-Atlassian-Webhook-Identifier is not part of what is signed, so that a replay could bring another: the content is
 *   the id. It holds the time of the change. That a retry repeats it byte by byte is UNCONFIRMED.
 * - The reporter's e-mail depends on the privacy settings of that account.
 */
import * as z from 'zod';
import { own, readJson } from './body.ts';
import { aboutIssue, issueSchema } from './jira-issue.ts';
import { draftOf, worded } from './preset.ts';
import type { Preset } from './preset.ts';
import { timeOf } from './time.ts';

const eventSchema = z.preprocess(
  worded,
  z.object({
    webhookEvent: z.string(),
    timestamp: z.string().optional(),
    /** Not of events about sprints, projects, users and the like. */
    issue: issueSchema.optional(),
  }),
);

export const jira: Preset = {
  auth: {
    hmac: {
      header: 'x-hub-signature',
      algorithm: 'sha256',
      encoding: 'hex',
      prefix: 'sha256=',
      signed: '{body}',
      key: 'text',
    },
  },
  read: ({ request }) => {
    const body = readJson(request.body);
    return [
      draftOf(eventSchema, body, ({ webhookEvent, timestamp, issue }) => ({
        type: webhookEvent,
        time: timeOf(timestamp, 'ms'),
        ...(issue && aboutIssue(issue, own(body, 'issue'))),
      })),
    ];
  },
};
