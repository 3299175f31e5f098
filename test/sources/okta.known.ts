import type { Known } from './known.ts';
import { post } from './request.ts';

export default [
  {
    title: 'a membership',
    source: { type: 'okta' },
    key: 'okta-hook-secret',
    request: post(
      '{"eventType":"com.okta.event_hook","eventTypeVersion":"1.0","eventId":"85b60edb-4263-4e13-993b-818e26201052","data":{"events":[{"uuid":"f1d0b993-cc19-11ed-a688-db22c99ef6c4","published":"2026-01-31T18:42:00.159Z","eventType":"group.user_membership.add","outcome":{"result":"SUCCESS","reason":null},"target":[{"id":"00u1","type":"User","alternateId":"jane@acme.example","displayName":"Jane Doe"},{"id":"00g1","type":"UserGroup","alternateId":"unknown","displayName":"Support queue"}]}]},"contentType":"application/json"}',
      { 'content-type': 'application/json', Authorization: 'okta-hook-secret' },
    ),
    events: [
      {
        id: 'f1d0b993-cc19-11ed-a688-db22c99ef6c4',
        type: 'group.user_membership.add',
        subject: '00u1',
        time: '2026-01-31T18:42:00.159Z',
        data: { person: { id: '00u1', email: 'jane@acme.example', name: 'Jane Doe' } },
      },
    ],
  },
] satisfies Known[];
