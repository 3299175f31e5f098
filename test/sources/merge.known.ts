import type { Known } from './known.ts';
import { post } from './request.ts';

const source = { type: 'merge' } as const;
const key = 'merge-signature-key';
const employee =
  '{"hook":{"id":"h-1","event":"Employee.changed","target":"https://hooks.example.com/webhooks/merge"},"linked_account":{"id":"la-1","integration":"Workday","category":"hris","end_user_email_address":"admin@acme.example"},"data":{"id":"e-1","remote_id":"19202938","employee_number":2,"company":"co-1","first_name":"Jane","last_name":"Doe","display_full_name":"Jane Doe","groups":[{"id":"g-1","name":"Support","type":"DEPARTMENT"},{"id":"g-2","name":"Late shift","type":"TEAM"}],"work_email":"jane@acme.example","personal_email":"jane@home.example","mobile_phone_number":"+1234567890","employments":["em-1"],"work_location":{"id":"l-1","name":"Leeds"},"start_date":"2026-02-01T00:00:00Z","employment_status":"ACTIVE","termination_date":null,"modified_at":"2026-02-05T10:00:00.123456Z"}}';
const events = [
  {
    type: 'Employee.changed',
    subject: 'e-1',
    time: '2026-02-05T10:00:00.123456Z',
    data: {
      person: {
        id: 'e-1',
        email: 'jane@acme.example',
        name: 'Jane Doe',
        department: 'Support',
        location: 'Leeds',
        employeeNumber: '2',
        startDate: '2026-02-01T00:00:00Z',
        status: 'ACTIVE',
      },
    },
  },
];

export default [
  {
    title: 'an employee (by openssl)',
    source,
    key,
    request: post(employee, { 'X-Merge-Webhook-Signature': 'Pj0CaFkaUhGwXS40tV-AZ2horPvdV2yLUTYSnJFwlQ4=' }),
    events,
  },
  {
    title: 'an employee, the signature without padding (by openssl)',
    source,
    key,
    request: post(employee, { 'X-Merge-Webhook-Signature': 'Pj0CaFkaUhGwXS40tV-AZ2horPvdV2yLUTYSnJFwlQ4' }),
    events,
  },
  {
    title: 'a ticket (by openssl)',
    source,
    key,
    request: post(
      '{"hook":{"id":"h-2","event":"ticket.updated","target":"https://hooks.example.com/webhooks/merge"},"linked_account":{"id":"la-2","category":"ticketing"},"data":{"id":"t-1","name":"Queue access","status":"CLOSED","ticket_type":"incident","modified_at":"2026-02-05T10:00:00Z"}}',
      { 'X-Merge-Webhook-Signature': 'wVf-g9-NqbV9nd59JiKg0nXP_RONGfH1RQOuwtmeiKM=' },
    ),
    events: [
      {
        type: 'ticket.updated',
        subject: 't-1',
        data: { ticket: { id: 't-1', type: 'incident', status: 'CLOSED' } },
      },
    ],
  },
  {
    title: 'the end of a synchronisation (by openssl)',
    source,
    key,
    request: post(
      '{"hook":{"id":"h-3","event":"LinkedAccount.synced","target":"https://hooks.example.com/webhooks/merge"},"linked_account":{"id":"la-1"},"data":{"account_token":"t","sync_status":{}}}',
      { 'X-Merge-Webhook-Signature': 'NMR9xne6Z_BzOXJ9nvB1T_hd9caTqvQn1ZyA3AY5EaE=' },
    ),
    events: [{ type: 'LinkedAccount.synced' }],
  },
] satisfies Known[];
