import { describe, expect, it } from 'vitest';
import { bamboohr, bearer, payroll, standardWebhooks, zendesk } from '../../../local/demo/senders.ts';

const at = (seconds: number) => new Date(seconds * 1000 + 999);

describe('known answers, made elsewhere', () => {
  it('BambooHR: body, then timestamp (public connector)', () => {
    const body =
      '{"employees":[{"changedFields":["First name"],"fields":{"Employee #":{"value":"300"},"First name":{"value":"Tefi"},"Last name":{"value":"Adams"}},"id":"5"}]}';
    expect(bamboohr('123b929362d51613054f71e5e5d4bf2c', body, at(1658248023))).toEqual({
      headers: {
        'content-type': 'application/json',
        'X-BambooHR-Timestamp': '1658248023',
        'X-BambooHR-Signature': '56491dd9c2b352bc5f4fc627159aae20ddff9c8cb19f239a6de6771dc5310bac',
      },
      body,
    });
  });

  it('Zendesk: timestamp, then body; the secret as the text it is', () => {
    const body =
      '{"type":"zen:event-type:ticket.created","account_id":12514403,"id":"evt-test-1","time":"2024-04-17T17:18:10Z","zendesk_event_version":"2022-11-06","subject":"zen:ticket:35436","detail":{"id":"35436","status":"NEW"},"event":{}}';
    const sent = zendesk('dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==', body, at(1713374290));
    expect(sent).toEqual({
      headers: {
        'content-type': 'application/json',
        'X-Zendesk-Webhook-Signature-Timestamp': '2024-04-17T17:18:10Z',
        'X-Zendesk-Webhook-Signature': 'uWDbW0W/KpIAI5CEnGYuSWglYFrRXr8yymhHdGJXaiA=',
      },
      body,
    });
  });

  it.each(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])(
    'Standard Webhooks: id.timestamp.body, with the key %s',
    (key) => {
      const body = '{"test": 2432232314}';
      expect(standardWebhooks(key, 'msg_p5jXN8AQM9LWM0D4loKWxJek', body, at(1614265330))).toEqual({
        headers: {
          'content-type': 'application/json',
          'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
          'webhook-timestamp': '1614265330',
          'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
        },
        body,
      });
    },
  );
});

it('bearer', () => {
  expect(bearer('s3cret', '{}')).toEqual({
    headers: { 'content-type': 'application/json', authorization: 'Bearer s3cret' },
    body: '{}',
  });
});

it('payroll: v1= and hex, over timestamp.body', () => {
  // printf '1700000000.{}' | openssl dgst -sha256 -hmac generic-key
  expect(payroll('generic-key', '{}', at(1_700_000_000))).toEqual({
    headers: {
      'content-type': 'application/json',
      'X-Payroll-Timestamp': '1700000000',
      'X-Payroll-Signature': 'v1=27d48138780f1aa77d8db7ec9387ce36c2b69299d6bd391ec83776647ff15e06',
    },
    body: '{}',
  });
});
