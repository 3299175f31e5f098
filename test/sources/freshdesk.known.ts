import type { Known } from './known.ts';
import { post } from './request.ts';

export default [
  {
    title: 'the simple keys, Basic',
    source: { type: 'freshdesk', auth: { basic: { username: 'onqueue' } } },
    key: 's3cret',
    request: post(
      '{"freshdesk_webhook":{"ticket_id":17,"ticket_subject":"Queue access for Jane","ticket_status":"Resolved","ticket_type":"Service Request","ticket_requester_email":"jane@acme.example"}}',
      {
        'content-type': 'application/json',
        // printf 'onqueue:s3cret' | base64
        authorization: 'Basic b25xdWV1ZTpzM2NyZXQ=',
      },
    ),
    events: [
      {
        type: 'any.event',
        subject: '17',
        data: {
          ticket: {
            id: '17',
            type: 'Service Request',
            status: 'Resolved',
            requesterEmail: 'jane@acme.example',
            fields: { ticket_subject: 'Queue access for Jane' },
          },
          payload: { freshdesk_webhook: { ticket_id: 17 } },
        },
      },
    ],
  },
  {
    title: "the administrator's own JSON, header",
    source: { type: 'freshdesk', auth: { header: { name: 'X-Onqueue-Key' } } },
    key: 'fresh-key',
    request: post(
      '{"person":{"email":"jane@acme.example","extension":"1001"},"ticket":{"id":"17","status":"Resolved","fields":{"queue":"3000"}},"updated":"2026-01-31T18:42:00Z"}',
      { 'X-Onqueue-Key': 'fresh-key' },
    ),
    events: [
      {
        subject: 'jane@acme.example',
        data: {
          person: { email: 'jane@acme.example', extension: '1001' },
          ticket: { id: '17', status: 'Resolved', fields: { queue: '3000' } },
        },
      },
    ],
  },
] satisfies Known[];
