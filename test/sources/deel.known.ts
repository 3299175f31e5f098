import type { Known } from './known.ts';
import { post } from './request.ts';

const source = { type: 'deel' } as const;
const key = 'deel-signing-key';

export default [
  {
    title: 'an employee (by openssl)',
    source,
    key,
    request: post(
      '{"data":{"meta":{"event_type":"employee.created.direct","event_type_id":"af7ce5be","organization_id":"987deccd","organization_name":"Acme","tracking_id":"q8tVRj_Je00wJLY2"},"resource":{"id":"p1","title":"Support agent"}},"timestamp":"2026-02-05T08:32:52.119Z"}',
      {
        'x-deel-signature': '46e72ce1ec3a4c0d4840758fa43fa1b4538339da2b871e1d9602e3a871ceb3b3',
        'x-deel-hmac-label': 'Onqueue',
        'x-deel-webhook-version': '1.0.0',
      },
    ),
    events: [
      {
        type: 'employee.created.direct',
        subject: 'p1',
        time: '2026-02-05T08:32:52.119Z',
        data: { person: { id: 'p1' }, payload: { data: { resource: { title: 'Support agent' } } } },
      },
    ],
  },
  {
    title: 'several contracts at once (by openssl)',
    source,
    key,
    request: post(
      '{"data":{"meta":{"event_type":"contract.created","organization_id":"org-1","event_id":"evt-1","occurred_at":"2026-02-05T15:39:38.070Z"},"resource":[{"contract_id":"c-1","worker_email":"jane@acme.example"},{"contract_id":"c-2","worker_email":"joe@acme.example"}]},"timestamp":"2026-02-05T15:40:00.000Z"}',
      {
        'x-deel-signature': 'f8a52b52b75bd9326073634c5dcc1f52c62539cf22d89a70e86fcd2eb17a29c4',
      },
    ),
    events: [
      {
        type: 'contract.created',
        subject: 'c-1',
        time: '2026-02-05T15:39:38.070Z',
        data: {
          person: { email: 'jane@acme.example' },
          payload: { data: { meta: { event_id: 'evt-1' }, resource: { contract_id: 'c-1' } } },
        },
      },
      { subject: 'c-2', data: { person: { email: 'joe@acme.example' } } },
    ],
  },
  {
    title: 'a contract, as older texts have it (by openssl)',
    source,
    key,
    request: post(
      '{"data":{"meta":{"event_type":"contract.status.updated","event_type_id":3,"organization_id":112546,"tracking_id":"-A3hBP"},"resource":{"id":"3w4zdd9","external_id":null,"client":{"email":"hr@acme.example"},"invitations":{"client_email":"hr@acme.example","worker_email":"jane@acme.example"}}},"timestamp":"2026-02-05T08:32:52.119Z"}',
      {
        'x-deel-signature': 'ec8b84420ceda79ea2119301daf97a8cc3092bc7b0310bcce48c8d2868ba63cf',
      },
    ),
    events: [
      {
        type: 'contract.status.updated',
        subject: '3w4zdd9',
        data: { person: { id: undefined, email: 'jane@acme.example' } },
      },
    ],
  },
] satisfies Known[];
