/** One event in each of the general ways: Standard Webhooks, CloudEvents, what an operator describes, EventBridge. */
import type { Step } from '../step.ts';
import { bearer, standardWebhooks, standardWebhooksV1a, svix, visitors, withHeaders } from './signing.ts';
import { asks, joining, joins } from './steps.ts';

const queue = '3900';

/** One person, with the vocabulary that needs no mapping. */
const about = (id: string, extension: string) => ({ person: { id, extension, department: 'Night' } });

const standard = { type: 'user.onboarded', rule: 'Whatever signs by Standard Webhooks', queue };
const onboarded = (id: string, extension: string) => ({
  type: 'user.onboarded',
  timestamp: '2026-11-20T10:00:00Z',
  data: about(id, extension),
});

const cloud = { type: 'example.acme.hired', rule: 'Whatever sends CloudEvents', queue };
const cloudEvent = (id: string, extension: string) => ({
  specversion: '1.0',
  type: 'example.acme.hired',
  source: '/hr',
  id,
  subject: id,
  data: about(id, extension),
});

const batch = [
  joining({ source: 'cloudevents-batch', subject: 'c3', ...cloud, extension: '2223' }),
  joining({ source: 'cloudevents-batch', subject: 'c4', ...cloud, extension: '2224' }),
];

export const GENERAL: readonly Step[] = [
  joins({
    title: 'Standard Webhooks: onboarded',
    to: 'standard-webhooks',
    sign: standardWebhooks('msg_1', onboarded('s1', '2211')),
    subject: 's1',
    ...standard,
    extension: '2211',
  }),
  joins({
    title: 'Standard Webhooks, ed25519: onboarded',
    to: 'standard-webhooks-v1a',
    sign: standardWebhooksV1a('msg_2', onboarded('s2', '2212')),
    subject: 's2',
    ...standard,
    extension: '2212',
  }),
  joins({
    title: 'Svix: onboarded',
    to: 'svix',
    sign: svix('msg_3', onboarded('s3', '2213')),
    subject: 's3',
    ...standard,
    extension: '2213',
  }),
  asks(
    'CloudEvents: may I send?',
    'cloudevents',
    {
      unsigned: {
        method: 'OPTIONS',
        headers: { 'WebHook-Request-Origin': 'events.acme.example' },
        body: '',
      },
    },
    { headers: { 'webhook-allowed-origin': 'events.acme.example', 'webhook-allowed-rate': '*' }, body: '' },
  ),
  joins({
    title: 'CloudEvents, structured: hired',
    to: 'cloudevents',
    sign: withHeaders({ 'content-type': 'application/cloudevents+json' }, bearer(cloudEvent('c1', '2221'))),
    subject: 'c1',
    ...cloud,
    extension: '2221',
  }),
  joins({
    title: 'CloudEvents, binary: hired',
    to: 'cloudevents-binary',
    sign: withHeaders(
      {
        'ce-specversion': '1.0',
        'ce-type': 'example.acme.hired',
        'ce-source': '/hr',
        'ce-id': 'c2',
        'ce-subject': 'c2',
      },
      bearer(about('c2', '2222')),
    ),
    subject: 'c2',
    ...cloud,
    extension: '2222',
  }),
  {
    title: 'CloudEvents, a batch of two: hired',
    send: {
      to: 'cloudevents-batch',
      sign: withHeaders(
        { 'content-type': 'application/cloudevents-batch+json' },
        bearer([cloudEvent('c3', '2223'), cloudEvent('c4', '2224')]),
      ),
    },
    status: 202,
    outcomes: batch.flatMap(({ outcomes }) => outcomes),
    writes: batch.flatMap(({ writes }) => writes),
  },
  joins({
    title: 'Any other, as it is described: a visit',
    to: 'http',
    sign: visitors({ kind: 'host-change', host: { number: 'h1', phone: '2231' } }),
    type: 'host-change',
    subject: 'h1',
    rule: 'Whatever an operator describes',
    queue,
    extension: '2231',
  }),
  {
    title: 'EventBridge: hired',
    send: {
      putEvents: {
        Source: 'acme.hr',
        DetailType: 'Employee Hired',
        Detail: JSON.stringify(about('b1', '2241')),
      },
    },
    status: 200,
    ...joining({
      source: 'eventbridge',
      type: 'Employee Hired',
      subject: 'b1',
      rule: 'Hired, by EventBridge',
      queue,
      extension: '2241',
    }),
  },
];
