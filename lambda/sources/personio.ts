/**
 * Personio webhooks, https://developer.personio.de/reference/webhooks.
 *
 * - There is no signature: whoever makes the webhook chooses a token, which comes as the whole of the Authorization
 *   header (`auth_type: TOKEN`, nothing is put before it), or headers of their own (`CUSTOM`). So the operator says
 *   which, as for `http`.
 * - An answer is due within 3 seconds. 5xx is repeated for three days, 14 requests at most; 4xx never.
 * - It is thin: what it is about is an object with an id, under the name of its kind. That name is written in the
 *   vendor's page and issue tracker for other kinds; for `person` and `employment` it is UNCONFIRMED.
 * - There is no delivery id: who, what and when are the id. `meta` has no part in it, for nothing says what it holds.
 */
import * as z from 'zod';
import type { Auth } from '../configuration.ts';
import { contentId } from '../event.ts';
import { own, readJson } from './body.ts';
import { draftOf, worded } from './preset.ts';
import type { Preset } from './preset.ts';

const text = z.string().optional();

const referenceSchema = z.preprocess(worded, z.object({ id: text })).optional();

const eventSchema = z.preprocess(
  worded,
  z.object({
    company_id: text,
    event_name: z.string(),
    occurred_at: text,
    payload: z.preprocess(worded, z.object({ person: referenceSchema, employment: referenceSchema })),
  }),
);

export const personio = (auth: Auth): Preset => ({
  auth,
  read: ({ name, request }) => {
    const body = readJson(request.body);
    return [
      draftOf(
        eventSchema,
        body,
        ({ company_id, event_name, occurred_at, payload: { person, employment } }) => ({
          id: contentId(name, JSON.stringify([company_id, event_name, occurred_at, own(body, 'payload')])),
          type: event_name,
          time: occurred_at,
          subject: person?.id ?? employment?.id,
          person: { id: person?.id },
        }),
      ),
    ];
  },
});
