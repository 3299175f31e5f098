import type { Known } from './known.ts';
import { post } from './request.ts';

const ticket = { id: 'cnv_keocka', status: 'unassigned', requesterEmail: 'jane@acme.example' };

export default [
  {
    title: 'rule, the full event (by openssl)',
    source: { type: 'front', kind: 'rule' },
    key: 'front-api-secret',
    request: post(
      '{"_links":{"self":"https://acme.api.frontapp.com/events/evt_28duooi"},"id":"evt_28duooi","type":"tag","emitted_at":1769884920.379,"conversation":{"id":"cnv_keocka","subject":"Queue access","status":"unassigned","assignee":null,"recipient":{"handle":"jane@acme.example","role":"from"},"tags":[{"id":"tag_11dg2","name":"Approved"}],"custom_fields":{"Queue":"3000","Extension":"1000"}},"source":{"_meta":{"type":"teammate"},"data":{"id":"tea_40yq","email":"lee@acme.example"}},"target":{"_meta":{"type":"tag"},"data":{"id":"tag_11dg2","name":"Approved"}}}',
      { 'X-Front-Signature': 'ZHnHywZZdXz2BKTh6U1q0o4vbIM=' },
    ),
    events: [
      {
        id: 'evt_28duooi',
        type: 'tag',
        subject: 'cnv_keocka',
        time: '2026-01-31T18:42:00.379Z',
        data: {
          ticket: { ...ticket, fields: { Queue: '3000', Extension: '1000' } },
          payload: { id: 'evt_28duooi' },
        },
      },
    ],
  },
  {
    title: 'rule, a preview (by openssl)',
    source: { type: 'front', kind: 'rule' },
    key: 'front-api-secret',
    request: post(
      '{"id":"evt_28duooj","type":"assign","emitted_at":1769884920,"conversation":{"id":"cnv_keocka"},"target":{"_meta":{"type":"teammate"}}}',
      { 'X-Front-Signature': 'yjhYOXMhTe1AZUeVCVvuRATn8UY=' },
    ),
    events: [
      {
        id: 'evt_28duooj',
        type: 'assign',
        time: '2026-01-31T18:42:00.000Z',
        data: { ticket: { id: 'cnv_keocka' } },
      },
    ],
  },
  {
    title: 'application (by openssl)',
    source: { type: 'front', kind: 'application' },
    key: 'front-signing-key',
    seconds: 1769884921,
    request: post(
      '{"type":"tag_added","authorization":{"id":"cmp_abc"},"payload":{"id":"evt_28duooi","type":"tag","emitted_at":1769884920.379,"conversation":{"id":"cnv_keocka","status":"unassigned","recipient":{"handle":"jane@acme.example","role":"from"},"custom_fields":{"Queue":"3000"}}}}',
      {
        'X-Front-Request-Timestamp': '1769884921000',
        'X-Front-Signature': 'eTwbCUae1+QPQhE/JW/KS7h/4vWYiWs0naUMctgkVbY=',
      },
    ),
    events: [
      {
        id: 'evt_28duooi',
        type: 'tag_added',
        subject: 'cnv_keocka',
        time: '2026-01-31T18:42:00.379Z',
        data: {
          ticket: { ...ticket, fields: { Queue: '3000' } },
          payload: { authorization: { id: 'cmp_abc' } },
        },
      },
    ],
  },
] satisfies Known[];
