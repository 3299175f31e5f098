import type { Known } from './known.ts';
import { post } from './request.ts';

const source = { type: 'humaans' } as const;
const key = 'humaans-secret';
const person =
  '{"event":"person.created","timestamp":"2026-02-05T10:00:00.000Z","data":{"id":"VMB1yzL5uL8VvNNCJc9rykJz","companyId":"co1","firstName":"Janet","lastName":"Doe","preferredName":"Jane","email":"jane@acme.example","personalEmail":"jane@home.example","phoneNumber":"+44 1000","personalPhoneNumber":"+44 2000","employeeId":"A-17","employmentStartDate":"2026-02-01","status":"active"}}';
const events = [
  {
    type: 'person.created',
    subject: 'VMB1yzL5uL8VvNNCJc9rykJz',
    time: '2026-02-05T10:00:00.000Z',
    data: {
      person: {
        id: 'VMB1yzL5uL8VvNNCJc9rykJz',
        name: 'Jane Doe',
        email: 'jane@acme.example',
        workPhone: '+44 1000',
        employeeNumber: 'A-17',
        startDate: '2026-02-01',
        status: 'active',
      },
    },
  },
];

export default [
  {
    title: 'a person (by openssl)',
    source,
    key,
    request: post(person, {
      'X-Humaans-Signature': 'sha256=4a02054c931d1aeb2676c850a5874b7d73ef37df27313d36c5222c1b0fd7878e',
    }),
    events,
  },
  {
    title: 'a person, the signature without a prefix (by openssl)',
    source,
    key,
    request: post(person, {
      'X-Humaans-Signature': '4a02054c931d1aeb2676c850a5874b7d73ef37df27313d36c5222c1b0fd7878e',
    }),
    events,
  },
  {
    title: "a person's job (by openssl)",
    source,
    key,
    request: post(
      '{"event":"jobRole.created","data":{"id":"jr1","personId":"VMB1yzL5uL8VvNNCJc9rykJz","jobTitle":"Agent","department":"Support"}}',
      {
        'X-Humaans-Signature': '377c9d120b2728c3d230f131917a5784aaf10de67ef36f7492d839df33c5e99d',
      },
    ),
    events: [
      {
        type: 'jobRole.created',
        subject: 'VMB1yzL5uL8VvNNCJc9rykJz',
        data: { person: { id: 'VMB1yzL5uL8VvNNCJc9rykJz' }, payload: { data: { department: 'Support' } } },
      },
    ],
  },
] satisfies Known[];
