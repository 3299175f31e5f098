import type { Known } from './known.ts';
import { post } from './request.ts';

export default [
  {
    title: 'a requested item, Basic',
    source: { type: 'servicenow', auth: { basic: { username: 'onqueue' } } },
    key: 's3cret',
    request: post(
      '{"table":"sc_req_item","sys_id":"9d385017c611228701d22104cc95c371","sys_mod_count":"4","sys_updated_on":"2026-01-31 18:42:00","number":"RITM0010007","cat_item":"Call queue access","state":"Work in Progress","approval":"approved","requested_for":{"sys_id":"6816f79cc0a8016401c5a33be04be441","email":"jane@acme.example","name":"Jane Doe","department":"Support","location":"","title":"Agent","employee_number":"E77","phone":"+1 555 0100"},"variables":{"queue":"3000","extension":"1001"}}',
      {
        'content-type': 'application/json',
        // printf 'onqueue:s3cret' | base64
        authorization: 'Basic b25xdWV1ZTpzM2NyZXQ=',
      },
    ),
    events: [
      {
        id: 'sc_req_item/9d385017c611228701d22104cc95c371/4',
        type: 'sc_req_item',
        subject: 'RITM0010007',
        time: '2026-01-31T18:42:00Z',
        data: {
          person: {
            id: '6816f79cc0a8016401c5a33be04be441',
            email: 'jane@acme.example',
            name: 'Jane Doe',
            department: 'Support',
            title: 'Agent',
            employeeNumber: 'E77',
            workPhone: '+1 555 0100',
          },
          ticket: {
            id: '9d385017c611228701d22104cc95c371',
            key: 'RITM0010007',
            type: 'Call queue access',
            status: 'Work in Progress',
            fields: { queue: '3000', extension: '1001' },
          },
          payload: { approval: 'approved' },
        },
      },
    ],
  },
] satisfies Known[];
