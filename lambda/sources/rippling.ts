/**
 * Rippling: the webhooks of a partner's app, and the webhooks that a customer's own workflow triggers.
 * https://developer.rippling.com/documentation/developer-portal/v2-guides/webhooks
 *
 * - There is no signature. An app's webhook can carry a bearer token; of a workflow's only the URL and the body are
 *   sure. So the operator says which, as for `http`.
 * - An app's event is a form, not JSON, about five minutes late, and may come more than once. It has no time and no id
 *   of its own: the content is the id, so that a second event of one kind about one employee is taken for a repetition
 *   as long as the ledger remembers the first.
 * - `company_primary_email` is the administrator's address, never the employee's: it stays in the payload.
 * - A workflow's body is JSON that its author writes: `person` and `ticket` in our words are read, the rest is mapped.
 */
import * as z from 'zod';
import type { Auth } from '../configuration.ts';
import { own, readBody } from './body.ts';
import { draftOf, vocabularyIn, worded } from './preset.ts';
import type { Preset } from './preset.ts';

const eventSchema = z.preprocess(
  worded,
  z.object({ event_name: z.string(), id: z.string().optional(), company_id: z.string().optional() }),
);

export const rippling = (auth: Auth): Preset => ({
  auth,
  read: ({ request, mapping }) => {
    const body = readBody(request);
    if (own(body, 'event_name') === undefined) return [{ payload: body, ...vocabularyIn(body, mapping) }];
    return [
      draftOf(eventSchema, body, ({ event_name, id, company_id }) => ({
        type: event_name,
        subject: id ?? company_id,
        ...(event_name.startsWith('employee.') && { person: { id } }),
      })),
    ];
  },
});
