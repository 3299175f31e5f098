/**
 * Signs as each sender does, from the senders' own descriptions and apart from lambda/sources: a second opinion on the
 * verifier, which one shared implementation could not give.
 */
import { createHmac } from 'node:crypto';

/** A webhook, ready to be sent. */
export interface Webhook {
  /** Left out: POST. */
  readonly method?: string;
  /** Behind the `?` of the URL; left out: nothing. */
  readonly query?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const seconds = (now: Date): string => String(Math.floor(now.getTime() / 1000));

const json = { 'content-type': 'application/json' };

/** The timestamp follows the body, with nothing between. */
export const bamboohr = (key: string, body: string, now: Date): Webhook => ({
  headers: {
    ...json,
    'X-BambooHR-Timestamp': seconds(now),
    'X-BambooHR-Signature': createHmac('sha256', key)
      .update(body + seconds(now))
      .digest('hex'),
  },
  body,
});

/** The secret looks like base64 and is used as the text that it is; the time is ISO 8601, without fractions. */
export const zendesk = (key: string, body: string, now: Date): Webhook => {
  const timestamp = now.toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    headers: {
      ...json,
      'X-Zendesk-Webhook-Signature-Timestamp': timestamp,
      'X-Zendesk-Webhook-Signature': createHmac('sha256', key)
        .update(timestamp + body)
        .digest('base64'),
    },
    body,
  };
};

/** @param key base64 after `whsec_` */
export const standardWebhooks = (key: string, id: string, body: string, now: Date): Webhook => {
  const secret = Buffer.from(key.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', secret)
    .update(`${id}.${seconds(now)}.${body}`)
    .digest('base64');
  return {
    headers: {
      ...json,
      'webhook-id': id,
      'webhook-timestamp': seconds(now),
      'webhook-signature': `v1,${signature}`,
    },
    body,
  };
};

export const bearer = (key: string, body: string): Webhook => ({
  headers: { ...json, authorization: `Bearer ${key}` },
  body,
});

/** The sender that `payroll` of onqueue.yaml describes. */
export const payroll = (key: string, body: string, now: Date): Webhook => {
  const signature = createHmac('sha256', key)
    .update(`${seconds(now)}.${body}`)
    .digest('hex');
  return {
    headers: { ...json, 'X-Payroll-Timestamp': seconds(now), 'X-Payroll-Signature': `v1=${signature}` },
    body,
  };
};
