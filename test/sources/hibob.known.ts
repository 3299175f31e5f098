import type { Known } from './known.ts';
import { post } from './request.ts';

const source = { type: 'hibob' } as const;
const key = 'bob-secret';

export default [
  {
    title: 'a first day (by openssl)',
    source,
    key,
    request: post(
      '{"companyId":636192,"type":"employee.joined","triggeredBy":"system","triggeredAt":"2026-02-05T00:00:01.000+0000","version":"v2","data":{"employeeId":"3332883884017713938"}}',
      {
        'Bob-Signature':
          '3Ej2WkRF0RLIaY44z7fXrw/0HqtIGJw0Dx320/2rFIeHhLMuGzpA/vKu6CfssXaxh1y6/QbaIkt/lA7GTj/1rA==',
      },
    ),
    events: [
      {
        type: 'employee.joined',
        subject: '3332883884017713938',
        time: '2026-02-05T00:00:01.000+00:00',
        data: { person: { id: '3332883884017713938' }, payload: { version: 'v2' } },
      },
    ],
  },
  {
    title: 'a change, its time without a zone (by openssl)',
    source,
    key,
    request: post(
      '{"companyId":636192,"type":"employee.updated","triggeredBy":"3332883804594373380","triggeredAt":"2026-02-05T13:06:26.915906","version":"v2","data":{"employeeId":"3332883884017713938","fieldUpdates":[{"id":"work.department"},"work.title"]}}',
      {
        'Bob-Signature':
          'QwBSXDUu7T/60A4VL2T706XzguzUOr6P3Gt9Wln/W10dj1o9VpEZgCypG6ehWepmdfoHs65zXgWZv19hF0QNmg==',
      },
    ),
    events: [
      {
        type: 'employee.updated',
        time: '2026-02-01T00:00:00.000Z',
        data: { person: { id: '3332883884017713938', changedFields: ['work.department', 'work.title'] } },
      },
    ],
  },
] satisfies Known[];
