import type { Known } from './known.ts';
import { post } from './request.ts';

const source = { type: 'zammad' } as const;
const headers = {
  'X-Zammad-Trigger': 'queue access',
  'X-Zammad-Delivery': '2ab1c8e5-0000-4000-8000-000000000001',
};

export default [
  {
    title: "Zammad's own body (by openssl)",
    source,
    key: 'zammad-token',
    request: post(
      '{"ticket":{"id":81,"number":"10081","title":"Queue access","group":{"id":3,"name":"Service Desk"},"state":"closed","state_id":4,"customer":{"id":8,"email":"jane@acme.example","firstname":"Jane","lastname":"Doe"},"owner":{"id":5,"email":"lee@acme.example"},"queue":"3000","extension":"1000","note":null,"updated_at":"2026-01-31T18:42:00.333Z"},"article":{"id":104,"from":"Jane Doe <jane@acme.example>","body":"Please"}}',
      { ...headers, 'X-Hub-Signature': 'sha1=836019d048c5d8b1807039c67cd2d1f15a4adcfb' },
    ),
    events: [
      {
        type: 'any.event',
        subject: '81',
        time: '2026-01-31T18:42:00.333Z',
        data: {
          ticket: {
            id: '81',
            key: '10081',
            status: 'closed',
            requesterEmail: 'jane@acme.example',
            fields: { title: 'Queue access', queue: '3000', extension: '1000' },
          },
          payload: { article: { id: 104 } },
        },
      },
    ],
  },
  {
    title: 'a custom payload in our words (by openssl)',
    source,
    key: 'zammad-token',
    request: post(
      '{"ticket":{"id":"81","status":"closed","type":"queue access","fields":{"queue":"3000"}},"person":{"email":"jane@acme.example","extension":"1000"},"updated":"2026-01-31T18:42:00Z"}',
      { ...headers, 'X-Hub-Signature': 'sha1=68f63c811334405678cf6d9df040eb75de1d91ad' },
    ),
    events: [
      {
        subject: 'jane@acme.example',
        data: {
          person: { email: 'jane@acme.example', extension: '1000' },
          ticket: { id: '81', status: 'closed', type: 'queue access', fields: { queue: '3000' } },
        },
      },
    ],
  },
] satisfies Known[];
