/**
 * Finch webhooks, https://developer.tryfinch.com/developer-resources/Webhooks.
 *
 * - Signed as Standard Webhooks are, under names of its own. The secret is base64; `whsec_` before it does no harm.
 * - The id of a delivery is in a header, and signed. That retries repeat it is UNCONFIRMED.
 * - It is thin: whose record changed. Name, department and all the rest are asked for by API.
 */
import * as z from 'zod';
import { readJson } from './body.ts';
import { draftOf, worded } from './preset.ts';
import type { Preset } from './preset.ts';
import { headerOf } from './request.ts';

const text = z.string().optional();

const eventSchema = z.preprocess(
  worded,
  z.object({
    event_type: z.string(),
    connection_id: text,
    company_id: text,
    data: z.preprocess(worded, z.object({ individual_id: text })).optional(),
  }),
);

const ID = 'finch-event-id';

export const finch: Preset = {
  auth: {
    hmac: {
      header: 'finch-signature',
      algorithm: 'sha256',
      encoding: 'base64',
      prefix: 'v1,',
      list: ' ',
      signed: '{id}.{timestamp}.{body}',
      timestamp: { header: 'finch-timestamp', unit: 's', tolerance: 300 },
      id: ID,
      key: 'whsec',
    },
  },
  read: ({ request }) => {
    const draft = draftOf(eventSchema, readJson(request.body), (event) => ({
      type: event.event_type,
      subject: event.data?.individual_id ?? event.connection_id ?? event.company_id,
      person: { id: event.data?.individual_id },
    }));
    return [{ ...draft, id: headerOf(request, ID) }];
  },
};
