/** The events that are measured: as big as a sender's usually are, about people whom nobody is. */
import type { APIGatewayProxyEventV2, SQSEvent, SQSRecord } from 'aws-lambda';
import type { QueuedEvent } from '../lambda/event.ts';
import type { RuleInput } from '../lambda/names.ts';
import { bamboohr, standardWebhooks } from '../local/demo/senders.ts';
import { signup } from '../local/demo/payloads.ts';
import type { Webhook } from '../local/demo/senders.ts';

/** The signing keys' secret, and the token's. They open nothing. */
export const KEYS = {
  bamboohr: 'bench-key-of-bamboohr',
  signup: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
};
export const TOKEN = 'nsd_bench';

/** A hire of about 1 KB, as BambooHR writes it. */
const hire = (id: string, extension: string) => ({
  id,
  action: 'Updated',
  timestamp: '2026-11-20T09:00:00+0000',
  changedFields: ['Department', 'Work Ext.', 'Job Title', 'Location', 'Hire Date'],
  fields: {
    'Employee Number': id,
    'First Name': 'Test',
    'Last Name': `Person ${id}`,
    Department: 'Support',
    Division: 'Services',
    'Job Title': 'Support Engineer',
    Location: 'Leeds',
    'Hire Date': '2026-12-01',
    'Work Email': `u${id}@acme.example`,
    'Work Phone': '+44 113 496 0000',
    'Work Ext.': extension,
    'Employment Status': 'Full-Time',
    Notes: 'x'.repeat(480),
  },
});

export const hireBody = (id: string, extension: string): string =>
  JSON.stringify({ employees: [hire(id, extension)] });

/** A webhook as API Gateway's HTTP API hands it over (payload format 2.0). */
export const gatewayEvent = (source: string, { headers, body }: Webhook): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: 'ANY /webhooks/{source}',
  rawPath: `/webhooks/${source}`,
  rawQueryString: '',
  headers: {
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    'content-length': String(Buffer.byteLength(body)),
    host: 'api.example.com',
    'user-agent': 'bench',
    'x-forwarded-for': '192.0.2.1',
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  },
  pathParameters: { source },
  requestContext: {
    accountId: '000000000000',
    apiId: 'bench',
    domainName: 'api.example.com',
    domainPrefix: 'api',
    http: {
      method: 'POST',
      path: `/webhooks/${source}`,
      protocol: 'HTTP/1.1',
      sourceIp: '192.0.2.1',
      userAgent: 'bench',
    },
    requestId: '0a1b2c3d-0000-4000-8000-000000000000',
    routeKey: 'ANY /webhooks/{source}',
    stage: '$default',
    time: '20/Nov/2026:09:00:00 +0000',
    timeEpoch: Date.parse('2026-11-20T09:00:00Z'),
  },
  body,
  isBase64Encoded: false,
});

export const signedHire = (id: string, extension: string, now: Date): APIGatewayProxyEventV2 =>
  gatewayEvent('bamboohr', bamboohr(KEYS.bamboohr, hireBody(id, extension), now));

/** Its source has a mapping: the first event has JSONata loaded and compiled. */
export const signedSignup = (now: Date): APIGatewayProxyEventV2 =>
  gatewayEvent('signup', standardWebhooks(KEYS.signup, 'msg_1', signup('u1', '1001'), now));

export const busEvent = (now: Date): RuleInput => ({
  onqueueSource: 'hr-bus',
  event: {
    version: '0',
    id: '6f87d04b-9f74-4f04-a780-7acf4b0a9b38',
    'detail-type': 'Employee Hired',
    source: 'acme.hr',
    account: '000000000000',
    time: now.toISOString(),
    region: 'us-east-1',
    resources: [],
    detail: {
      employee: { id: '501', email: 'u501@acme.example', extension: '1001', department: 'Support' },
      notes: 'x'.repeat(700),
    },
  },
});

/** A hire on the queue. */
export const queuedHire = (id: string, extension: string): QueuedEvent => ({
  specversion: '1.0',
  id: `hire-${id}`,
  source: 'bamboohr',
  subject: id,
  type: 'employee.updated',
  time: '2026-11-20T09:00:00Z',
  datacontenttype: 'application/json',
  data: {
    person: { id, extension, department: 'Support', email: `u${id}@acme.example`, startDate: '2026-12-01' },
    payload: hire(id, extension),
  },
});

/** A message of the queue, as Lambda hands it over. */
export const recordOf = (messageId: string, body: string, group: string, sentAt: Date): SQSRecord => ({
  messageId,
  receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: String(sentAt.getTime()),
    SenderId: 'AIDAIENQZJOLO23YVJ4VO',
    ApproximateFirstReceiveTimestamp: String(sentAt.getTime()),
    MessageGroupId: group,
  },
  messageAttributes: {},
  md5OfBody: '098f6bcd4621d373cade4e832627b4f6',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:onqueue.fifo',
  awsRegion: 'us-east-1',
});

export const batchOfOne = (id: string, extension: string, now: Date): SQSEvent => ({
  Records: [recordOf(`message-${id}`, JSON.stringify(queuedHire(id, extension)), id, now)],
});
