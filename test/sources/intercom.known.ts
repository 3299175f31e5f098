import type { Known } from './known.ts';
import { post } from './request.ts';

const source = { type: 'intercom' } as const;
const key = 'intercom-client-secret';

export default [
  {
    title: 'the state of a ticket (by openssl)',
    source,
    key,
    request: post(
      '{"type":"notification_event","app_id":"abc123","data":{"type":"notification_event_data","item":{"type":"ticket","id":"215","ticket_id":"17","ticket_type":{"type":"ticket_type","id":"3","name":"Queue access"},"ticket_state":{"type":"ticket_state","id":"9","category":"resolved","internal_label":"Approved"},"ticket_attributes":{"Extension":"1001","Queue":"3000"},"contacts":{"type":"contact.list","contacts":[{"type":"contact","id":"c1"}]}}},"links":{},"id":"notif_01HA","topic":"ticket.state.updated","delivery_status":"pending","delivery_attempts":1,"delivered_at":0,"first_sent_at":1769884920,"created_at":1769884920,"self":null}',
      { 'X-Hub-Signature': 'sha1=1b8240b56b89de77c93f3e1513209f386b779ddc' },
    ),
    events: [
      {
        id: 'notif_01HA',
        type: 'ticket.state.updated',
        subject: '215',
        time: '2026-01-31T18:42:00.000Z',
        data: {
          ticket: {
            id: '215',
            key: '17',
            type: 'Queue access',
            status: 'resolved',
            fields: { Extension: '1001', Queue: '3000' },
          },
        },
      },
    ],
  },
  {
    title: 'a new colleague (by openssl)',
    source,
    key,
    request: post(
      '{"type":"notification_event","app_id":"abc123","data":{"type":"notification_event_data","item":{"type":"admin","id":"814","name":"Jane Doe","email":"jane@acme.example"}},"id":"notif_01HB","topic":"admin.added_to_workspace","delivery_attempts":1,"created_at":1769884920}',
      { 'X-Hub-Signature': 'sha1=6905e14c913dd615c65bab26db9d8c52f31b859b' },
    ),
    events: [
      {
        id: 'notif_01HB',
        type: 'admin.added_to_workspace',
        subject: '814',
        data: { person: { id: '814', name: 'Jane Doe', email: 'jane@acme.example' } },
      },
    ],
  },
] satisfies Known[];
