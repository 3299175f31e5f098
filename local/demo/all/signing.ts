/**
 * How each sender proves who it is, from the senders' own descriptions and apart from lambda/sources. One function a
 * scheme: from a body to a webhook that is signed when it is sent.
 */
import { createHash, createHmac, generateKeyPairSync, sign as signWith } from 'node:crypto';
import type { BinaryToTextEncoding } from 'node:crypto';
import { bearer as withBearer, standardWebhooks as standardWebhook } from '../senders.ts';
import type { Webhook } from '../senders.ts';
import type { Sign } from '../step.ts';

type Body = string | object;
type Headers = Readonly<Record<string, string>>;

const JSON_TYPE: Headers = { 'content-type': 'application/json' };
const text = (body: Body): string => (typeof body === 'string' ? body : JSON.stringify(body));
const seconds = (now: Date): string => String(Math.floor(now.getTime() / 1000));

/** Headers that say more, and are not signed. */
export const withHeaders =
  (headers: Headers, sign: Sign): Sign =>
  (...given) => {
    const webhook = sign(...given);
    return { ...webhook, headers: { ...webhook.headers, ...headers } };
  };

/** What a signing function of the story makes of this body. */
export const by =
  (sign: (key: string, body: string, now: Date) => Webhook, body: Body): Sign =>
  (key, now) =>
    sign(key, text(body), now);

/** An HMAC of the body (or of the body behind some fixed text) in one header. */
export const bodySigned =
  (header: string, algorithm: string, encoding: BinaryToTextEncoding, { prefix = '', before = '' } = {}) =>
  (body: Body): Sign =>
  (key) => {
    const signature = createHmac(algorithm, key)
      .update(before + text(body))
      .digest(encoding);
    return { headers: { ...JSON_TYPE, [header]: prefix + signature }, body: text(body) };
  };

export const hibob = bodySigned('Bob-Signature', 'sha512', 'base64');
export const gusto = bodySigned('X-Gusto-Signature', 'sha256', 'hex');
export const deel = bodySigned('x-deel-signature', 'sha256', 'hex', { before: 'POST' });
export const merge = bodySigned('X-Merge-Webhook-Signature', 'sha256', 'base64url');
export const humaans = bodySigned('X-Humaans-Signature', 'sha256', 'hex');
export const jira = bodySigned('X-Hub-Signature', 'sha256', 'hex', { prefix: 'sha256=' });
export const github = bodySigned('X-Hub-Signature-256', 'sha256', 'hex', { prefix: 'sha256=' });
export const intercom = bodySigned('X-Hub-Signature', 'sha1', 'hex', { prefix: 'sha1=' });
export const zammad = bodySigned('X-Hub-Signature', 'sha1', 'hex', { prefix: 'sha1=' });
export const pagerduty = bodySigned('X-PagerDuty-Signature', 'sha256', 'hex', { prefix: 'v1=' });
export const helpscout = bodySigned('X-HelpScout-Signature', 'sha1', 'base64');
export const frontRule = bodySigned('X-Front-Signature', 'sha1', 'base64');
/** The sender that `http` of all.yaml describes. */
export const visitors = bodySigned('X-Visitors-Signature', 'sha512', 'base64url');

/** Milliseconds, a colon, the body. */
export const frontApplication =
  (body: Body): Sign =>
  (key, now) => {
    const timestamp = String(now.getTime());
    const signature = createHmac('sha256', key)
      .update(`${timestamp}:${text(body)}`)
      .digest('base64');
    return {
      headers: { ...JSON_TYPE, 'x-front-signature': signature, 'x-front-request-timestamp': timestamp },
      body: text(body),
    };
  };

/** The time is a field of the body, and the time of sending. */
export const linear =
  (body: object): Sign =>
  (key, now, url) =>
    bodySigned('Linear-Signature', 'sha256', 'hex')({ ...body, webhookTimestamp: now.getTime() })(
      key,
      now,
      url,
    );

export const slack =
  (body: Body): Sign =>
  (key, now) => {
    const signature = createHmac('sha256', key)
      .update(`v0:${seconds(now)}:${text(body)}`)
      .digest('hex');
    return {
      headers: {
        ...JSON_TYPE,
        'X-Slack-Request-Timestamp': seconds(now),
        'X-Slack-Signature': `v0=${signature}`,
      },
      body: text(body),
    };
  };

/** Plain hashes, of the secret and what follows. */
const hubspotHash =
  (version: string, before: (url: string) => string) =>
  (body: Body): Sign =>
  (key, _now, url) => ({
    headers: {
      ...JSON_TYPE,
      'X-HubSpot-Signature-Version': version,
      'X-HubSpot-Signature': createHash('sha256')
        .update(key + before(url) + text(body))
        .digest('hex'),
    },
    body: text(body),
  });
export const hubspotV1 = hubspotHash('v1', () => '');
export const hubspotV2 = hubspotHash('v2', (url) => `POST${url}`);

export const hubspotV3 =
  (body: Body): Sign =>
  (key, now, url) => {
    const timestamp = String(now.getTime());
    const signature = createHmac('sha256', key)
      .update(`POST${url}${text(body)}${timestamp}`)
      .digest('base64');
    return {
      headers: {
        ...JSON_TYPE,
        'X-HubSpot-Signature-v3': signature,
        'X-HubSpot-Request-Timestamp': timestamp,
      },
      body: text(body),
    };
  };

/** Standard Webhooks under another name: the key is base64 with nothing in front. */
export const finch =
  (id: string, body: Body): Sign =>
  (key, now) =>
    renamed(standardWebhook(key, id, text(body), now), {
      'webhook-id': 'Finch-Event-Id',
      'webhook-timestamp': 'Finch-Timestamp',
      'webhook-signature': 'Finch-Signature',
    });

export const standardWebhooks =
  (id: string, body: Body): Sign =>
  (key, now) =>
    standardWebhook(key, id, text(body), now);

export const svix =
  (id: string, body: Body): Sign =>
  (key, now) =>
    renamed(standardWebhook(key, id, text(body), now), {
      'webhook-id': 'svix-id',
      'webhook-timestamp': 'svix-timestamp',
      'webhook-signature': 'svix-signature',
    });

const renamed = (webhook: Webhook, names: Headers): Webhook => ({
  ...webhook,
  headers: Object.fromEntries(
    Object.entries(webhook.headers).map(([name, value]) => [names[name] ?? name, value]),
  ),
});

const v1a = generateKeyPairSync('ed25519');
/** An Ed25519 key in DER ends with its 32 bytes. */
export const V1A_PUBLIC_KEY = `whpk_${v1a.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')}`;

/** Our key is the public one; the sender keeps the private one to itself. */
export const standardWebhooksV1a =
  (id: string, body: Body): Sign =>
  (_key, now) => {
    const signed = Buffer.from(`${id}.${seconds(now)}.${text(body)}`);
    const signature = signWith(null, signed, v1a.privateKey).toString('base64');
    return {
      headers: {
        ...JSON_TYPE,
        'webhook-id': id,
        'webhook-timestamp': seconds(now),
        'webhook-signature': `v1a,${signature}`,
      },
      body: text(body),
    };
  };

/** A secret in a header of the administrator's choice, as it is or as a bearer token or Basic password. */
export const header =
  (name: string, body: Body): Sign =>
  (key) => ({ headers: { ...JSON_TYPE, [name]: key }, body: text(body) });
export const bearer =
  (body: Body): Sign =>
  (key) =>
    withBearer(key, text(body));
export const basic =
  (username: string, body: Body): Sign =>
  (key) => ({
    headers: {
      ...JSON_TYPE,
      authorization: `Basic ${Buffer.from(`${username}:${key}`).toString('base64')}`,
    },
    body: text(body),
  });
/** The secret is in the URL. */
export const query =
  (name: string, body: Body): Sign =>
  (key) => ({ headers: JSON_TYPE, query: `${name}=${encodeURIComponent(key)}`, body: text(body) });
/** The secret is in every notification. */
export const graph =
  (value: readonly object[]): Sign =>
  (key) => ({
    headers: JSON_TYPE,
    body: text({ value: value.map((each) => ({ ...each, clientState: key })) }),
  });
