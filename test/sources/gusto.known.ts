import type { Known } from './known.ts';
import { post } from './request.ts';

export default [
  {
    title: 'an employee (by openssl)',
    source: { type: 'gusto' },
    key: '0b9d1c6e-9c1a-4e2e-8f8a-0f2c5c1d7a11',
    request: post(
      '{"uuid":"e1","event_type":"employee.created","resource_type":"Company","resource_uuid":"c1","entity_type":"Employee","entity_uuid":"p1","timestamp":1700000000}',
      { 'X-Gusto-Signature': '1c7ec39311e56672ed6051e582861d3fc44c4dcb319d25c81142163ca08d2d37' },
    ),
    events: [
      {
        id: 'e1',
        type: 'employee.created',
        subject: 'p1',
        time: '2023-11-14T22:13:20.000Z',
        data: { person: { id: 'p1' } },
      },
    ],
  },
] satisfies Known[];
