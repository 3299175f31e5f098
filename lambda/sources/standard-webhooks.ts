/**
 * Standard Webhooks, https://www.standardwebhooks.com, and the `svix-` names of its headers, which are older.
 *
 * - A shared key (`whsec_`) verifies the v1 signatures of the list, a public key (`whpk_`) the v1a ones, which are
 *   ed25519. Both kinds may stand among a source's keys. Other versions in the list are passed over.
 * - The shape of the body is a recommendation there, so only what is present is read.
 */
import * as z from 'zod';
import { own, readJson } from './body.ts';
import { draftOf, vocabularyIn, worded } from './preset.ts';
import type { Preset } from './preset.ts';
import { headerOf } from './request.ts';

const envelopeSchema = z.preprocess(
  worded,
  z.object({ type: z.string().optional(), timestamp: z.string().optional() }),
);

const signedBy = <Brand extends string>(brand: Brand) =>
  ({
    header: `${brand}-signature`,
    encoding: 'base64',
    list: ' ',
    signed: '{id}.{timestamp}.{body}',
    timestamp: { header: `${brand}-timestamp`, unit: 's', tolerance: 300 },
    id: `${brand}-id`,
  }) as const;

const symmetric = { algorithm: 'sha256', prefix: 'v1,', key: 'whsec' } as const;
const asymmetric = { prefix: 'v1a,' } as const;

export const standardWebhooks: Preset = {
  auth: [
    { hmac: { ...signedBy('svix'), ...symmetric } },
    { hmac: { ...signedBy('webhook'), ...symmetric } },
    { ed25519: { ...signedBy('svix'), ...asymmetric } },
    { ed25519: { ...signedBy('webhook'), ...asymmetric } },
  ],
  read: ({ request, mapping }) => {
    const body = readJson(request.body);
    const draft = draftOf(envelopeSchema, body, ({ type, timestamp }) => ({
      type,
      time: timestamp,
      ...vocabularyIn(own(body, 'data'), mapping, ['data']),
    }));
    // Of the two names, the one that was signed: the verifier takes the first whose signature is there.
    const brand = headerOf(request, 'svix-signature') ? 'svix' : 'webhook';
    return [{ ...draft, id: headerOf(request, `${brand}-id`) }];
  },
};
