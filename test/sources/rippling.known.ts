import type { Known } from './known.ts';
import { post } from './request.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };

export default [
  {
    title: "an app's event, a form",
    source: { type: 'rippling', auth: { bearer: {} } },
    key: 'rippling-token',
    request: post(
      'event_name=employee.hired&id=656992816f26d6caea00072c&company_id=656992806f26d6caeaffff9f&company_primary_email=admin%2Brippling%40acme.example',
      { ...form, Authorization: 'Bearer rippling-token' },
    ),
    events: [
      {
        type: 'employee.hired',
        subject: '656992816f26d6caea00072c',
        data: {
          person: { id: '656992816f26d6caea00072c' },
          payload: { company_primary_email: 'admin+rippling@acme.example' },
        },
      },
    ],
  },
  {
    title: "a workflow's body, its secret in the URL",
    source: {
      type: 'rippling',
      auth: { query: { name: 'key' } },
    },
    key: 'rippling-token',
    request: {
      ...post('{"person":{"email":"jane@acme.example","department":"Support"},"sent":"2026-02-05"}', {
        'content-type': 'application/json',
      }),
      url: 'https://hooks.example.com/webhooks/rippling?key=rippling-token',
    },
    events: [{ type: 'any.event', data: { person: { email: 'jane@acme.example', department: 'Support' } } }],
  },
] satisfies Known[];
