import type { Known } from './known.ts';
import { post } from './request.ts';

export default [
  {
    title: 'two subscriptions',
    source: { type: 'microsoft-graph' },
    key: 'graph-client-state',
    request: post(
      '{"value":[{"id":"lsgTZMr9KwAAA","subscriptionId":"s1","clientState":"graph-client-state","changeType":"updated","resource":"Users/4f1a","tenantId":"t1","resourceData":{"@odata.type":"#Microsoft.Graph.User","@odata.id":"Users/4f1a","id":"4f1a"}},{"subscriptionId":"s2","clientState":"graph-client-state","changeType":"updated","resource":"groups/9b2c","tenantId":"t1","resourceData":{"@odata.type":"#Microsoft.Graph.Group","id":"9b2c","members@delta":[{"id":"4f1a"}]}}]}',
      { 'content-type': 'application/json' },
    ),
    events: [
      { id: 'lsgTZMr9KwAAA', type: 'users.updated', subject: '4f1a', data: { person: { id: '4f1a' } } },
      {
        type: 'groups.updated',
        subject: '9b2c',
        data: { payload: { resourceData: { 'members@delta': [{ id: '4f1a' }] } } },
      },
    ],
  },
  {
    title: 'a lifecycle notification',
    source: { type: 'microsoft-graph' },
    key: 'graph-client-state',
    request: post(
      '{"value":[{"subscriptionId":"s1","clientState":"graph-client-state","tenantId":"t1","lifecycleEvent":"reauthorizationRequired","subscriptionExpirationDateTime":"2026-02-01T00:00:00Z"}]}',
    ),
    events: [{ type: 'lifecycle.reauthorizationRequired', subject: 's1' }],
  },
] satisfies Known[];
