import type { Known } from './known.ts';
import { post } from './request.ts';

export default [
  {
    title: 'a form, by a secret in the query',
    source: { type: 'http', auth: { query: { name: 'key' } }, person: { email: '{% body.mail %}' } },
    key: 'query-secret',
    request: {
      ...post('mail=jane%40acme.example&team=Customer+Care', {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      }),
      url: 'https://hooks.example.com/webhooks/crm?key=query-secret',
    },
    events: [
      {
        type: 'any.event',
        data: {
          person: { email: 'jane@acme.example' },
          payload: { mail: 'jane@acme.example', team: 'Customer Care' },
        },
      },
    ],
  },
  {
    title: 'a header',
    source: { type: 'http', auth: { header: { name: 'X-Api-Key' } } },
    key: 'header-secret',
    request: post('{"person":{"email":"jane@acme.example"}}', { 'X-Api-Key': 'header-secret' }),
    events: [{ subject: 'jane@acme.example' }],
  },
] satisfies Known[];
