/**
 * Automation rules of Jira and Jira Service Management, by their action "Send web request":
 * https://support.atlassian.com/cloud-automation/docs/issue-data-automation-format-payload-for-send-web-request
 *
 * - There is no signature: the rule's author puts a secret into a header, and the operator says which.
 * - Four bodies: the issue under `issue` (Jira format, and the older automation's, which adds `timestamp`); the issue
 *   itself (Automation format); or JSON of the author's own, where `person` and `ticket` in our words are read and the
 *   rest is mapped.
 * - There is no delivery id: the content is the id. A rule that may rightly fire twice with one content needs something
 *   in it that changes, as the issue's time of update. Whether Jira repeats a request that failed is UNCONFIRMED.
 */
import * as z from 'zod';
import type { Auth } from '../configuration.ts';
import { isRecord } from '../json.ts';
import { own, readJson } from './body.ts';
import { aboutIssue, issueSchema } from './jira-issue.ts';
import { withOwnWords } from './own-words.ts';
import { draftOf, worded } from './preset.ts';
import type { Draft, Preset } from './preset.ts';
import { timeOf } from './time.ts';

const bodySchema = z.preprocess(worded, z.object({ issue: issueSchema, timestamp: z.string().optional() }));

/** JSON of the author's own may call anything `issue`, or `fields`. */
const issueIn = (body: unknown): unknown =>
  [own(body, 'issue'), body].find((issue) => isRecord(own(issue, 'fields')));

const draftFrom = (body: unknown): Draft => {
  const issue = issueIn(body);
  if (issue === undefined) return { payload: body };
  const draft = draftOf(bodySchema, { issue, timestamp: own(body, 'timestamp') }, (shape) => ({
    time: timeOf(shape.timestamp, 'ms'),
    ...aboutIssue(shape.issue, issue),
  }));
  return { ...draft, payload: body };
};

export const jiraAutomation = (auth: Auth): Preset => ({
  auth,
  read: ({ request, mapping }) => [withOwnWords(draftFrom(readJson(request.body)), mapping)],
});
