import type { Known } from './known.ts';
import { post } from './request.ts';

const event =
  '{"specversion":"1.0","type":"com.example.hired","source":"/hr","id":"e1","time":"2026-01-31T18:42:00Z","subject":"300","data":{"person":{"email":"jane@acme.example"}}}';
const data = { person: { email: 'jane@acme.example' } };
const read = {
  id: '/hr e1',
  type: 'com.example.hired',
  subject: '300',
  time: '2026-01-31T18:42:00Z',
  data: { ...data, payload: { specversion: '1.0', id: 'e1', source: '/hr', data } },
};

export default [
  {
    title: 'structured, bearer',
    source: { type: 'cloudevents', auth: { bearer: {} } },
    key: 'events-token',
    request: post(event, {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      authorization: 'Bearer events-token',
    }),
    events: [read],
  },
  {
    title: 'structured, hmac (by openssl)',
    source: {
      type: 'cloudevents',
      auth: {
        hmac: { header: 'x-sig', algorithm: 'sha256', encoding: 'hex', signed: '{body}', key: 'text' },
      },
    },
    key: 'events-key',
    request: post(event, {
      'content-type': 'application/cloudevents+json',
      'X-Sig': '51e0f751d54679d135df252e16645f1dcfbdfe57f2941ff76f1af7e5065dd309',
    }),
    events: [read],
  },
  {
    title: 'a batch, Basic',
    source: { type: 'cloudevents', auth: { basic: { username: 'onqueue' } } },
    key: 's3cret',
    request: post(`[${event},{"specversion":"1.0","type":"t","source":"/hr","id":"e2"}]`, {
      'content-type': 'application/cloudevents-batch+json',
      // printf 'onqueue:s3cret' | base64
      authorization: 'Basic b25xdWV1ZTpzM2NyZXQ=',
    }),
    events: [read, { id: '/hr e2', type: 't', subject: '/hr e2' }],
  },
  {
    title: 'binary, query',
    source: { type: 'cloudevents', auth: { query: { name: 'access_token' } } },
    key: 'events-token',
    request: {
      ...post('{"person":{"email":"jane@acme.example"}}', {
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-type': 'com.example.hired',
        'ce-source': '/hr',
        'ce-id': 'e1',
        'ce-time': '2026-01-31T18:42:00Z',
        'ce-subject': '300',
        'ce-region': 'K%C3%B6ln%25',
      }),
      url: 'https://hooks.example.com/webhooks/bus?access_token=events-token',
    },
    events: [{ ...read, data: { ...data, payload: { ...read.data.payload, region: 'Köln%' } } }],
  },
] satisfies Known[];
