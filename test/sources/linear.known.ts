import type { Known } from './known.ts';
import { post } from './request.ts';

const source = { type: 'linear' } as const;
const key = 'lin_wh_secret';
const seconds = 1769884921;

export default [
  {
    title: 'an issue (by openssl)',
    source,
    key,
    seconds,
    request: post(
      '{"action":"update","type":"Issue","createdAt":"2026-01-31T18:42:00.000Z","organizationId":"o1","webhookId":"w1","webhookTimestamp":1769884921000,"url":"https://linear.app/acme/issue/IT-7","data":{"id":"0f2c","identifier":"IT-7","number":7,"title":"Queue access","state":{"id":"s2","name":"Approved","type":"started"},"labels":[{"id":"l1","name":"queue 3000"}],"creator":{"id":"u1","name":"Jane Doe","email":"jane@acme.example"},"assignee":null},"updatedFrom":{"stateId":"s1","updatedAt":"2026-01-30T08:00:00.000Z"}}',
      {
        'Linear-Delivery': '234d1a4e-b617-4388-90fe-adc3633d6b72',
        'Linear-Signature': '835372a8f2f8928badda8ce462cb0e750414ade76120735e9cf61d54c1a27cd2',
      },
    ),
    events: [
      {
        type: 'Issue.update',
        subject: 'IT-7',
        time: '2026-01-31T18:42:00.000Z',
        data: {
          ticket: {
            id: '0f2c',
            key: 'IT-7',
            status: 'Approved',
            requesterEmail: 'jane@acme.example',
            fields: { labels: ['queue 3000'] },
          },
          payload: { updatedFrom: { stateId: 's1' } },
        },
      },
    ],
  },
  {
    title: 'a user (by openssl)',
    source,
    key,
    seconds,
    request: post(
      '{"action":"create","type":"User","createdAt":"2026-01-31T18:42:00.000Z","webhookTimestamp":1769884921000,"data":{"id":"u1","name":"Jane Doe","email":"jane@acme.example","admin":false}}',
      { 'Linear-Signature': '779410d5ee8a5a759a2ac36f0177ff284dba91642f56ccb972a43becd7744112' },
    ),
    events: [
      {
        type: 'User.create',
        subject: 'u1',
        data: { person: { id: 'u1', name: 'Jane Doe', email: 'jane@acme.example' } },
      },
    ],
  },
] satisfies Known[];
