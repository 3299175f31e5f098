/**
 * The webhooks of the automation rules of Freshdesk and Freshservice, which are alike.
 *
 * - There is no signature: the rule says a user and password, an API key or a header, and the operator says which.
 * - "Simple": the keys that the administrator ticks, inside one object; all of them are `ticket.fields`. Their names are
 *   a third party's list: UNCONFIRMED. "Advanced": JSON of the administrator's own, where `person` and `ticket` in our
 *   words are read and the rest is mapped.
 * - There is no delivery id: the content is the id. A rule that may rightly fire twice with one content needs something
 *   in it that changes, as the ticket's time of update.
 */
import * as z from 'zod';
import type { Auth } from '../configuration.ts';
import { isRecord } from '../json.ts';
import { own, readJson } from './body.ts';
import { withOwnWords } from './own-words.ts';
import { draftOf, worded } from './preset.ts';
import type { Preset } from './preset.ts';

const text = z.string().optional();

const ticketSchema = z.preprocess(
  worded,
  z.object({ ticket_id: text, ticket_type: text, ticket_status: text, ticket_requester_email: text }),
);

/** @param wrapper the object that the simple keys are in */
export const freshworks =
  (wrapper: string) =>
  (auth: Auth): Preset => ({
    auth,
    read: ({ request, mapping }) => {
      const body = readJson(request.body);
      const fields = own(body, wrapper) ?? {};
      const draft = draftOf(ticketSchema, fields, (keys) => ({
        ticket: {
          id: keys.ticket_id,
          type: keys.ticket_type,
          status: keys.ticket_status,
          requesterEmail: keys.ticket_requester_email,
          fields: isRecord(fields) && Object.keys(fields).length > 0 ? { ...fields } : undefined,
        },
      }));
      return [withOwnWords({ ...draft, payload: body }, mapping)];
    },
  });
