/** How each sender of the run sends: signed afresh each time. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { RuleInput } from '../../lambda/names.ts';
import { bamboohr, bearer, standardWebhooks } from '../demo/senders.ts';
import type { Webhook } from '../demo/senders.ts';
import type { Delivery } from './population.ts';

export const KEYS = {
  hr: 'hr-key',
  requests: 'requests-key',
  signup: `whsec_${Buffer.from('the key of the signup system').toString('base64')}`,
};

/** @param changed other content under the same id, about the same person */
const contentOf = ({ body }: Delivery, changed: boolean) => (changed ? { ...body, note: 'changed' } : body);

export const webhookOf = (delivery: Delivery, changed: boolean, now: Date): Webhook => {
  const body = JSON.stringify(contentOf(delivery, changed));
  switch (delivery.source) {
    case 'hr':
      return bamboohr(KEYS.hr, body, now);
    case 'requests':
      return bearer(KEYS.requests, body);
    case 'signup':
      return standardWebhooks(KEYS.signup, delivery.events[0]?.mark ?? '', body, now);
    case 'bus':
      throw new Error('EventBridge sends no webhooks');
  }
};

export const ruleInputOf = (delivery: Delivery, changed: boolean): RuleInput => ({
  onqueueSource: 'bus',
  event: {
    version: '0',
    id: delivery.events[0]?.mark,
    'detail-type': 'Hired',
    source: 'acme.hr',
    account: '000000000000',
    time: '2026-11-23T12:00:00Z',
    region: 'us-east-1',
    resources: [],
    detail: contentOf(delivery, changed),
  },
});

export const requestOf = (
  source: string,
  { headers, body }: Webhook,
  now: number,
  requestId: string,
): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: 'ANY /webhooks/{source}',
  rawPath: `/webhooks/${source}`,
  rawQueryString: '',
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  pathParameters: { source },
  requestContext: {
    accountId: '000000000000',
    apiId: 'soak',
    domainName: 'soak.example',
    domainPrefix: 'soak',
    http: {
      method: 'POST',
      path: `/webhooks/${source}`,
      protocol: 'HTTP/1.1',
      sourceIp: '127.0.0.1',
      userAgent: 'soak',
    },
    requestId,
    routeKey: 'ANY /webhooks/{source}',
    stage: '$default',
    time: new Date(now).toISOString(),
    timeEpoch: now,
  },
  body,
  isBase64Encoded: false,
});
