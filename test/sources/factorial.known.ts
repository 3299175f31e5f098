import type { Known } from './known.ts';
import { post } from './request.ts';

const source = { type: 'factorial', event: { type: 'employee.hired' } } as const;
const key = '2zal4e6d-challenge';
const headers = {
  'content-type': 'application/json',
  'x-factorial-wh-challenge': '2zal4e6d-challenge',
  'x-factorial-author-type': 'employee',
};

export default [
  {
    title: 'an employee',
    source,
    key,
    request: post(
      '{"id":"52","access_id":"61","first_name":"Jane","last_name":"Doe","full_name":"Jane Doe","email":"jane@home.example","login_email":"jane@acme.example","company_identifier":"A-17","company_id":"5","location_id":"9","active":true,"terminated_on":null,"updated_at":"2026-02-05T10:00:00.000Z"}',
      headers,
    ),
    events: [
      {
        type: 'employee.hired',
        subject: '52',
        time: '2026-02-05T10:00:00.000Z',
        data: {
          person: { id: '52', name: 'Jane Doe', email: 'jane@acme.example', employeeNumber: 'A-17' },
          payload: { active: true, location_id: '9' },
        },
      },
    ],
  },
  {
    title: 'an employee, as older texts have it',
    source: { type: 'factorial' },
    key,
    request: post(
      '{"id":52,"first_name":"Jane","last_name":"Doe","email":"jane@acme.example","invited_on":"2026-02-05"}',
      headers,
    ),
    events: [
      {
        type: 'any.event',
        subject: '52',
        data: { person: { id: '52', name: 'Jane Doe', email: 'jane@acme.example' } },
      },
    ],
  },
  {
    title: 'a membership in a team',
    source: { type: 'factorial' },
    key,
    request: post('{"id":"1","company_id":"5","employee_id":"52","team_id":"7","lead":false}', headers),
    events: [{ subject: '52', data: { person: { id: '52' }, payload: { team_id: '7' } } }],
  },
] satisfies Known[];
