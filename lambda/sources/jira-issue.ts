/** A Jira issue, as Jira's webhooks and its automation rules send it. */
import * as z from 'zod';
import { own } from './body.ts';
import { worded } from './preset.ts';
import type { Draft } from './preset.ts';

const text = z.string().optional();
const named = z.preprocess(worded, z.object({ name: text })).optional();

/** The id is text in a webhook, and a number in an automation rule. */
export const issueSchema = z.preprocess(
  worded,
  z.object({
    id: text,
    key: text,
    fields: z
      .preprocess(
        worded,
        z.object({
          issuetype: named,
          status: named,
          reporter: z.preprocess(worded, z.object({ emailAddress: text })).optional(),
        }),
      )
      .optional(),
  }),
);
type Issue = z.infer<typeof issueSchema>;

/**
 * Whose queue it is about, the issue does not say: reporter and assignee are those of the ticket.
 *
 * @param raw the same issue as it came, for its custom fields
 */
export const aboutIssue = (
  { id, key, fields }: Issue,
  raw: unknown,
): Required<Pick<Draft, 'subject' | 'ticket'>> => {
  // Where the profile hides it, the address is missing, or a "?".
  const email = fields?.reporter?.emailAddress;
  return {
    subject: key ?? id,
    ticket: {
      id,
      key,
      type: fields?.issuetype?.name,
      status: fields?.status?.name,
      requesterEmail: email?.includes('@') ? email : undefined,
      fields: customFieldsIn(own(raw, 'fields')),
    },
  };
};

/** Those that have a value; all others are in the payload. */
const customFieldsIn = (fields: unknown): Record<string, unknown> | undefined => {
  const custom = Object.entries(fields ?? {}).filter(
    ([name, value]) => name.startsWith('customfield_') && value !== null,
  );
  return custom.length > 0 ? Object.fromEntries(custom) : undefined;
};
