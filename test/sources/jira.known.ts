import type { Known } from './known.ts';
import { post } from './request.ts';

const source = { type: 'jira' } as const;
const key = 'jira-webhook-secret';

export default [
  {
    title: 'an issue is approved (by openssl)',
    source,
    key,
    request: post(
      '{"timestamp":1769884920000,"webhookEvent":"jira:issue_updated","issue_event_type_name":"issue_generic","user":{"accountId":"5b10","displayName":"Mo Manager"},"issue":{"id":"10042","key":"IT-7","fields":{"summary":"Queue für Jane","issuetype":{"name":"Queue access"},"status":{"name":"Approved","statusCategory":{"key":"done"}},"reporter":{"accountId":"5b11","displayName":"Jane Doe","emailAddress":"jane@acme.example"},"customfield_10050":"1001","customfield_10051":null,"customfield_10052":{"value":"3000"}}},"changelog":{"id":"10190","items":[{"field":"resolution","fieldId":"resolution","fromString":null,"toString":"Done"},{"field":"status","fieldId":"status","fromString":"Waiting for approval","toString":"Approved"}]}}',
      {
        'X-Atlassian-Webhook-Identifier': 'a-1',
        'X-Hub-Signature': 'sha256=961db23b321d6d49364a9159379a20a062af716e470cd4fb7e1f762743f7000c',
      },
    ),
    events: [
      {
        type: 'jira:issue_updated',
        subject: 'IT-7',
        time: '2026-01-31T18:42:00.000Z',
        data: {
          ticket: {
            id: '10042',
            key: 'IT-7',
            type: 'Queue access',
            status: 'Approved',
            requesterEmail: 'jane@acme.example',
            fields: { customfield_10050: '1001', customfield_10052: { value: '3000' } },
          },
          payload: {
            changelog: { items: [{ field: 'resolution' }, { field: 'status', toString: 'Approved' }] },
          },
        },
      },
    ],
  },
  {
    title: 'an event about no issue (by openssl)',
    source,
    key,
    request: post(
      '{"timestamp":1769884920000,"webhookEvent":"sprint_started","sprint":{"id":4,"state":"active"}}',
      {
        'X-Hub-Signature': 'sha256=b3ce9e79b57a2b438d2ac7d246dc743a1970352681fefd9a7957f6fce0fc34ea',
      },
    ),
    events: [{ type: 'sprint_started', data: { payload: { sprint: { id: 4 } } } }],
  },
] satisfies Known[];
