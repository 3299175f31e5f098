/**
 * Standard Webhooks, https://www.standardwebhooks.com: symmetric signatures (v1); other versions in the list are
 * passed over. The shape of the body is a recommendation there, so only what is present is read.
 */
import * as z from 'zod';
import { readJson } from './body.ts';
import { draftOf, own, vocabularyIn, worded } from './preset.ts';
import type { Preset } from './preset.ts';
import { headerOf } from './signature.ts';

const envelopeSchema = z.preprocess(
  worded,
  z.object({ type: z.string().optional(), timestamp: z.string().optional() }),
);

export const standardWebhooks: Preset = {
  auth: {
    hmac: {
      header: 'webhook-signature',
      algorithm: 'sha256',
      encoding: 'base64',
      prefix: 'v1,',
      list: ' ',
      signed: '{id}.{timestamp}.{body}',
      timestamp: { header: 'webhook-timestamp', unit: 's', tolerance: 300 },
      id: 'webhook-id',
      key: 'whsec',
    },
  },
  read: ({ request, mapping }) => {
    const body = readJson(request.body);
    const draft = draftOf(envelopeSchema, body, ({ type, timestamp }) => ({
      type,
      time: timestamp,
      ...vocabularyIn(own(body, 'data'), mapping, ['data']),
    }));
    return [{ ...draft, id: headerOf(request, 'webhook-id') }];
  },
};
