import type { Known } from './known.ts';
import { post } from './request.ts';

const source = { type: 'pagerduty' } as const;
const key = 'pagerduty-webhook-secret';

export default [
  {
    title: 'an incident (by openssl)',
    source,
    key,
    request: post(
      '{"event":{"id":"01CEVT1","event_type":"incident.acknowledged","resource_type":"incident","occurred_at":"2026-01-31T18:42:00.458Z","agent":{"id":"PLH1","type":"user_reference","summary":"Mo"},"client":null,"data":{"id":"PGR0","type":"incident","number":2,"status":"acknowledged","title":"Night shift","incident_type":{"name":"on_call_change"},"assignees":[{"id":"PTU1","type":"user_reference","summary":"Jane Doe"}],"resolve_reason":null}}}',
      { 'X-PagerDuty-Signature': 'v1=4348f9e0d03caa5ad590aea562cc8d3c9d42ab26aef3a54c0d65ad658e52ddc7' },
    ),
    events: [
      {
        id: '01CEVT1',
        type: 'incident.acknowledged',
        subject: 'PGR0',
        time: '2026-01-31T18:42:00.458Z',
        data: { ticket: { id: 'PGR0', key: '2', type: 'on_call_change', status: 'acknowledged' } },
      },
    ],
  },
  {
    title: 'a responder, with the signatures of two secrets (by openssl)',
    source,
    key,
    request: post(
      '{"event":{"id":"01CEVT2","event_type":"incident.responder.added","resource_type":"incident","occurred_at":"2026-01-31T18:42:00.458Z","agent":null,"client":null,"data":{"type":"incident_responder","incident":{"id":"PGR0","type":"incident_reference","summary":"Night shift"},"user":{"id":"PTU1","type":"user_reference","summary":"Jane Doe"},"message":"Please join","state":"pending"}}}',
      {
        'X-PagerDuty-Signature':
          'v1=5bf1adeebd2ea3eb84ab541b136bd46e3824a07f59cd1a104aa8c9eea5535da0,v1=1aae263c2e1cc3a30c26710f3988fc0d14bb351f86ea78249d3b85d1f7805499',
      },
    ),
    events: [
      {
        id: '01CEVT2',
        type: 'incident.responder.added',
        subject: 'PGR0',
        data: { person: { id: 'PTU1', name: 'Jane Doe' }, ticket: { id: 'PGR0' } },
      },
    ],
  },
] satisfies Known[];
