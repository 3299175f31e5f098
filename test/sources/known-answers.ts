/** Requests whose signatures were made elsewhere: by the senders, by their libraries, or by `openssl dgst -hmac`. */
import { post } from './request.ts';

/** github.com/fusebit/integrations, src/bamboohr/bamboohr-connector/test. */
export const BAMBOOHR = {
  key: '123b929362d51613054f71e5e5d4bf2c',
  seconds: 1658248023,
  request: post(
    '{"employees":[{"changedFields":["First name"],"fields":{"Employee #":{"value":"300"},"First name":{"value":"Tefi"},"Last name":{"value":"Adams"}},"id":"5"}]}',
    {
      'X-BambooHR-Timestamp': '1658248023',
      'X-BambooHR-Signature': '56491dd9c2b352bc5f4fc627159aae20ddff9c8cb19f239a6de6771dc5310bac',
    },
  ),
};

/** The key that Zendesk's documentation publishes for its "test webhook" form. */
export const ZENDESK_TEST_KEY = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==';

/** Zendesk's scheme; signature by openssl. */
export const ZENDESK = {
  key: ZENDESK_TEST_KEY,
  seconds: 1713374290, // 2024-04-17T17:18:10Z
  request: post(
    '{"type":"zen:event-type:ticket.created","account_id":12514403,"id":"evt-test-1","time":"2024-04-17T17:18:10Z","zendesk_event_version":"2022-11-06","subject":"zen:ticket:35436","detail":{"id":"35436","status":"NEW"},"event":{}}',
    {
      'X-Zendesk-Webhook-Signature': 'uWDbW0W/KpIAI5CEnGYuSWglYFrRXr8yymhHdGJXaiA=',
      'X-Zendesk-Webhook-Signature-Timestamp': '2024-04-17T17:18:10Z',
    },
  ),
};

/** github.com/aaronellington/zendesk-go, its webhook test. The body is tab-indented and ends with a line break. */
export const ZENDESK_GO = {
  key: ZENDESK_TEST_KEY,
  seconds: 1234,
  request: post(
    '{\n\t"type": "zen:event-type:user.group_membership_created",\n\t"account_id": 12514403,\n\t"id": "6b9bbadf-5725-4e92-bebe-7b71011bf5f1",\n\t"subject": "zen:user:6596848315901",\n\t"time": "2099-07-04T05:33:18Z",\n\t"zendesk_event_version": "2022-06-20",\n\t"detail": {\n\t\t"created_at": "2099-07-04T05:27:58Z",\n\t\t"default_group_id": "0",\n\t\t"email": "user.name@example.com",\n\t\t"external_id": "",\n\t\t"id": "6596848315901",\n\t\t"organization_id": "0",\n\t\t"role": "end-user",\n\t\t"updated_at": "2099-07-04T05:33:18Z"\n\t},\n\t"event": { "group": { "id": "1" } }\n}\n',
    {
      'X-Zendesk-Webhook-Signature': '10IqYzYTLHRftNsNE+im0DeOM6/JactIRuy0XCHJ9B8=',
      'X-Zendesk-Webhook-Signature-Timestamp': '1234',
    },
  ),
};

/** An old edition of Zendesk's page, which signs the body before the timestamp: it must not verify. */
export const ZENDESK_OLD = {
  key: 'HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA=',
  seconds: 1627207200, // 2021-07-25T10:00:00Z
  request: post('{"say": "hello"}', {
    'X-Zendesk-Webhook-Signature': 'tRDSF7URY8BLCDlaBcQ7FHu051Zk+aAB0NKMP53teMw=',
    'X-Zendesk-Webhook-Signature-Timestamp': '2021-07-25T10:00:00Z',
  }),
};

/** github.com/standard-webhooks/standard-webhooks, libraries/javascript/src/webhook.test.ts. */
export const STANDARD_WEBHOOKS = {
  key: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  seconds: 1614265330,
  request: post('{"test": 2432232314}', {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  }),
};
