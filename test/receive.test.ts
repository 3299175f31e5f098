import { createHmac } from 'node:crypto';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { Configuration } from '../lambda/configuration.ts';
import { isQueuedEvent } from '../lambda/event.ts';
import type { QueuedEvent } from '../lambda/event.ts';
import { createSend } from '../lambda/http.ts';
import { wireReceive } from '../lambda/receive.ts';
import { clientConfig } from '../local/aws/account.ts';
import { startSecretsManager } from '../local/aws/secrets-manager.ts';
import type { SecretsManager } from '../local/aws/secrets-manager.ts';
import { startSqs } from '../local/aws/sqs.ts';
import type { Sqs } from '../local/aws/sqs.ts';

const sources: Configuration['sources'] = {
  bamboohr: { type: 'bamboohr' },
  requests: { type: 'http', auth: { bearer: {} } },
  'hr-bus': { type: 'eventbridge', pattern: { source: ['acme.hr'] } },
  okta: { type: 'okta' },
  slack: { type: 'slack' },
  entra: { type: 'microsoft-graph' },
  payroll: { type: 'gusto' },
  bob: { type: 'hibob' },
  signup: { type: 'standard-webhooks' },
  bus: { type: 'cloudevents', auth: { query: { name: 'access_token' } } },
  chat: { type: 'intercom' },
  code: { type: 'github' },
  oncall: { type: 'pagerduty' },
  inbox: { type: 'front', kind: 'application' },
};
const KEYS = {
  bamboohr: 'bamboo-key',
  requests: ['old-token', 'new-token'],
  okta: 'okta-secret',
  slack: 'slack-secret',
  entra: 'client-state',
  bob: 'bob-secret',
  bus: 'bus-token',
  chat: 'chat-key',
  code: 'code-key',
  oncall: 'oncall-key',
  signup: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  inbox: 'front-key',
};

let sqs: Sqs;
let secrets: SecretsManager;
let clock: number;
let lines: Record<string, unknown>[];
let reads: number;

beforeEach(async () => {
  sqs = await startSqs([{ name: 'events.fifo', deduplicationScope: 'messageGroup' }]);
  secrets = await startSecretsManager(['keys']);
  secrets.put('keys', JSON.stringify(KEYS));
  clock = Date.parse('2026-11-23T12:00:00Z');
  lines = [];
  reads = 0;
});
afterEach(() => Promise.allSettled([sqs.close(), secrets.close()]));

const send = createSend();

const wired = () =>
  wireReceive(
    { QUEUE_URL: sqs.queueUrl('events.fifo'), KEYS_SECRET_ARN: 'keys' },
    { sources },
    {
      aws: {
        sqs: { ...clientConfig(sqs.origin), send },
        secrets: {
          ...clientConfig(secrets.origin),
          send: (exchange) => {
            reads += 1;
            return send(exchange);
          },
        },
      },
      now: () => clock,
      write: (line) => lines.push(JSON.parse(line)),
    },
  );

interface Given {
  source?: string;
  method?: string;
  body?: string | Buffer;
  headers?: Record<string, string>;
  query?: string;
  base64?: boolean;
  requestId?: string;
}

const request = ({
  source = 'requests',
  method = 'POST',
  body = '{}',
  headers = {},
  query = '',
  base64 = false,
  requestId = 'req-1',
}: Given) => {
  const event: APIGatewayProxyEventV2 = {
    version: '2.0',
    routeKey: 'ANY /webhooks/{source}',
    rawPath: `/webhooks/${source}`,
    rawQueryString: query,
    headers,
    pathParameters: { source },
    requestContext: {
      accountId: '0',
      apiId: 'api',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: {
        method,
        path: `/webhooks/${source}`,
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: 'test',
      },
      requestId,
      routeKey: 'ANY /webhooks/{source}',
      stage: '$default',
      time: '',
      timeEpoch: clock,
    },
    body: base64 ? Buffer.from(body).toString('base64') : String(body),
    isBase64Encoded: base64,
  };
  return event;
};

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const bamboo = (body: string, key = 'bamboo-key', at = clock): Given => {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', key).update(`${body}${timestamp}`).digest('hex');
  return {
    source: 'bamboohr',
    body,
    headers: { 'x-bamboohr-timestamp': timestamp, 'x-bamboohr-signature': signature },
  };
};

const eventIn = (body: string): QueuedEvent => {
  const event: unknown = JSON.parse(body);
  if (!isQueuedEvent(event)) throw new TypeError('no event of ours is on the queue');
  return event;
};

const queued = async () => {
  const client = new SQSClient(clientConfig(sqs.origin));
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: sqs.queueUrl('events.fifo'),
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 0,
      AttributeNames: ['All'],
    }),
  );
  client.destroy();
  return Messages.map(({ Body = '', Attributes = {} }) => ({
    event: eventIn(Body),
    group: Attributes.MessageGroupId,
  }));
};

const problemOf = (answer: APIGatewayProxyStructuredResultV2): unknown => {
  expect(answer.headers?.['content-type']).toBe('application/problem+json');
  return JSON.parse(answer.body ?? '');
};

describe('an authentic webhook', () => {
  it('is on the queue when it is answered 202', async () => {
    const answer = await wired()(
      request({ headers: bearer('new-token'), body: '{"person":{"email":"jane@acme.example"}}' }),
    );
    expect(answer.statusCode).toBe(202);
    expect(JSON.parse(answer.body ?? '')).toEqual({ events: 1, requestId: 'req-1' });
    expect(await queued()).toMatchObject([
      {
        event: {
          source: 'requests',
          subject: 'jane@acme.example',
          data: {
            person: { email: 'jane@acme.example' },
            payload: { person: { email: 'jane@acme.example' } },
          },
        },
      },
    ]);
  });

  it('becomes several events where it is about several people, in groups of their own', async () => {
    const body = JSON.stringify({
      employees: ['5', '6'].map((id) => ({
        id,
        action: 'Updated',
        timestamp: '2026-11-23T12:00:00+0000',
        changedFields: ['Department'],
        fields: { Department: 'Support', 'Work Ext.': '1000' },
      })),
    });
    const answer = await wired()(request(bamboo(body)));
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ events: 2 });
    const events = await queued();
    expect(events.map(({ event }) => event.subject).sort()).toEqual(['5', '6']);
    expect(new Set(events.map(({ group }) => group)).size).toBe(2);
  });

  it('is verified over its bytes, when API Gateway hands them over in base64', async () => {
    const given = bamboo('{"employees":[{"id":"5","fields":{"First Name":"Zoë 🎧"}}]}');
    expect((await wired()(request({ ...given, base64: true }))).statusCode).toBe(202);
  });

  it('is kept where nobody knows its shape', async () => {
    expect((await wired()(request(bamboo('{"surprise":true}')))).statusCode).toBe(202);
    expect(await queued()).toMatchObject([
      { event: { type: 'bamboohr.unrecognized', data: { payload: { surprise: true } } } },
    ]);
  });
});

describe('what is refused', () => {
  test.each([
    ['an unknown source', { source: 'nobody' }, 404],
    ['a name of every object', { source: 'constructor' }, 404],
    ['a source that is no webhook', { source: 'hr-bus' }, 404],
    ['no signature', {}, 401],
    ['a wrong token', { headers: bearer('wrong') }, 401],
    ['no JSON', { headers: bearer('new-token'), body: '<xml/>' }, 400],
    ['no UTF-8', { headers: bearer('new-token'), body: Buffer.from([0x22, 0xff, 0x22]), base64: true }, 400],
    ['a body over the limit', { headers: bearer('new-token'), body: `"${'x'.repeat(262_143)}"` }, 413],
  ] satisfies [string, Given, number][])('%s', async (_, given, status) => {
    const answer = await wired()(request(given));
    expect(answer.statusCode).toBe(status);
    expect(problemOf(answer)).toMatchObject({
      status,
      requestId: 'req-1',
      type: 'about:blank',
      title: expect.any(String),
      detail: expect.any(String),
    });
    expect(await queued()).toEqual([]);
  });

  test('a body right at the limit is read', async () => {
    const answer = await wired()(request({ headers: bearer('new-token'), body: `"${'x'.repeat(262_142)}"` }));
    expect(answer.statusCode).toBe(202);
  });

  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD'])('the method %s', async (method) => {
    const answer = await wired()(request({ method, headers: bearer('new-token') }));
    expect(answer.statusCode).toBe(405);
    expect(answer.headers).toMatchObject({ allow: 'POST' });
  });

  test.each([
    ['missing', {}, 'signature-missing'],
    [
      'of another key',
      bamboo('{}', 'other', Date.parse('2026-11-23T12:00:00Z')).headers,
      'signature-mismatch',
    ],
    ['of 301 s ago', bamboo('{}', 'bamboo-key', Date.parse('2026-11-23T11:54:59Z')).headers, 'stale'],
    ['of 301 s ahead', bamboo('{}', 'bamboo-key', Date.parse('2026-11-23T12:05:01Z')).headers, 'future'],
  ])('a signature %s: the log tells which, the answer does not', async (_, headers, code) => {
    const answer = await wired()(request({ source: 'bamboohr', body: '{}', headers: headers ?? {} }));
    expect(problemOf(answer)).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: 'The request is not authentic.',
      requestId: 'req-1',
    });
    expect(lines).toContainEqual(expect.objectContaining({ code, source: 'bamboohr', WebhookRefused: 1 }));
  });
});

describe('handshakes', () => {
  const okta = { 'x-okta-verification-challenge': 'prove "it"' };
  const slack = (body: string, key = 'slack-secret'): Given => {
    const timestamp = String(clock / 1000);
    const signature = createHmac('sha256', key).update(`v0:${timestamp}:${body}`).digest('hex');
    const headers = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` };
    return { source: 'slack', body, headers };
  };
  const URL_VERIFICATION = '{"token":"t","challenge":"3eZb","type":"url_verification"}';
  const json = { 'content-type': 'application/json' };
  const front = (body: string, key = 'front-key'): Given => {
    const timestamp = String(clock);
    const signature = createHmac('sha256', key).update(`${timestamp}:${body}`).digest('base64');
    const headers = { 'x-front-request-timestamp': timestamp, 'x-front-signature': signature };
    return { source: 'inbox', body, headers: { ...headers, 'x-front-challenge': '1f3a' } };
  };
  const SYNC = '{"type":"sync","authorization":{"id":"cmp_abc"}}';

  const PING = '{"type":"notification_event","topic":"ping","id":"notif_1"}';
  const chat = (body: string, key = 'chat-key'): Given => {
    const signature = createHmac('sha1', key).update(body).digest('hex');
    return { source: 'chat', body, headers: { 'x-hub-signature': `sha1=${signature}` } };
  };
  const oncall = (body: string): Given => {
    const signature = createHmac('sha256', 'oncall-key').update(body).digest('hex');
    return { source: 'oncall', body, headers: { 'x-pagerduty-signature': `v1=${signature}` } };
  };
  const ZEN = '{"zen":"Keep it logically awesome.","hook_id":30,"hook":{"type":"Repository"}}';
  const code = (body: string, headers: Record<string, string> = {}): Given => {
    const signature = createHmac('sha256', 'code-key').update(body).digest('hex');
    return { source: 'code', body, headers: { ...headers, 'x-hub-signature-256': `sha256=${signature}` } };
  };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const empty = { statusCode: 200, headers: {}, body: '' };

  test.each<[string, () => Given, APIGatewayProxyStructuredResultV2]>([
    ['Intercom asks by HEAD', () => ({ source: 'chat', method: 'HEAD', body: '' }), empty],
    ['Intercom pings, signed', () => chat(PING), empty],
    ['PagerDuty pings, signed', () => oncall('{"event":{"id":"e1","event_type":"pagey.ping"}}'), empty],
    ['GitHub pings, signed', () => code(ZEN), empty],
    ['GitHub pings by a form, signed', () => code(`payload=${encodeURIComponent(ZEN)}`, form), empty],
    [
      'Okta asks by GET, with its secret',
      () => ({ source: 'okta', method: 'GET', headers: { ...okta, authorization: 'okta-secret' } }),
      { statusCode: 200, headers: json, body: '{"verification":"prove \\"it\\""}' },
    ],
    [
      'Okta asks by GET, without a secret',
      () => ({ source: 'okta', method: 'GET', headers: okta }),
      { statusCode: 200, headers: json, body: '{"verification":"prove \\"it\\""}' },
    ],
    [
      'Graph asks for its token',
      () => ({
        source: 'entra',
        body: '',
        query: 'validationToken=Validation%3a+Testing+client+application+%3cRequest-Id%3a+4f1a%3e',
      }),
      {
        statusCode: 200,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
        body: 'Validation: Testing client application <Request-Id: 4f1a>',
      },
    ],
    [
      'Slack asks for its challenge, signed',
      () => slack(URL_VERIFICATION),
      { statusCode: 200, headers: json, body: '{"challenge":"3eZb"}' },
    ],
    [
      'Front asks for its challenge, signed',
      () => front(SYNC),
      { statusCode: 200, headers: json, body: '{"challenge":"1f3a"}' },
    ],
    [
      'HiBob pings in words',
      () => ({ source: 'bob', body: 'Ping test', headers: { 'content-type': 'text/plain' } }),
      { statusCode: 200, headers: {}, body: '' },
    ],
    [
      'HiBob pings in JSON',
      () => ({ source: 'bob', body: '{"text":"Ping test"}', headers: json }),
      { statusCode: 200, headers: {}, body: '' },
    ],
    [
      'a CloudEvents sender asks for leave',
      () => ({
        source: 'bus',
        method: 'OPTIONS',
        headers: { 'webhook-request-origin': 'eventgrid.azure.net' },
      }),
      {
        statusCode: 200,
        headers: {
          allow: 'POST, OPTIONS',
          'webhook-allowed-origin': 'eventgrid.azure.net',
          'webhook-allowed-rate': '*',
        },
        body: '',
      },
    ],
  ])('%s', async (_, given, answer) => {
    expect(await wired()(request(given()))).toEqual(answer);
    expect(await queued()).toEqual([]);
  });

  test.each<[string, () => Given, number]>([
    [
      'Okta with a wrong secret',
      () => ({ source: 'okta', method: 'GET', headers: { ...okta, authorization: 'wrong' } }),
      401,
    ],
    ['Okta without a challenge', () => ({ source: 'okta', method: 'GET' }), 401],
    [
      'Okta with its secret, without a challenge',
      () => ({ source: 'okta', method: 'GET', headers: { authorization: 'okta-secret' } }),
      405,
    ],
    ['a challenge by POST', () => ({ source: 'okta', headers: okta }), 401],
    [
      'a challenge without end',
      () => ({
        source: 'okta',
        method: 'GET',
        headers: { 'x-okta-verification-challenge': 'x'.repeat(257) },
      }),
      401,
    ],
    ['a token without end', () => ({ source: 'entra', query: `validationToken=${'x'.repeat(1025)}` }), 401],
    ['Intercom’s ping, not signed', () => ({ source: 'chat', body: PING }), 401],
    ['Intercom’s ping, signed by another', () => chat(PING, 'another'), 401],
    ['a notification of Intercom', () => chat('{"topic":"ticket.created","id":"notif_1"}'), 200],
    ['GitHub’s ping, not signed', () => ({ source: 'code', body: ZEN }), 401],
    ['an event that says zen', () => code('{"zen":"x","action":"opened"}'), 202],
    ['HEAD from another', () => ({ source: 'code', method: 'HEAD' }), 405],
    ['Slack, not signed', () => ({ source: 'slack', body: URL_VERIFICATION }), 401],
    ['Slack, signed by another', () => slack(URL_VERIFICATION, 'another'), 401],
    ['Front, signed by another', () => front(SYNC, 'another'), 401],
    ['Front with an event', () => front('{"type":"tag_added","payload":{"id":"evt_1"}}'), 202],
    [
      'an origin that is none',
      () => ({ source: 'bus', method: 'OPTIONS', headers: { 'webhook-request-origin': 'a\r\nb' } }),
      401,
    ],
    ['more than a ping, not signed', () => ({ source: 'bob', body: '{"text":"Ping test","type":"x"}' }), 401],
    ['the token of another sender', () => ({ source: 'requests', query: 'validationToken=x' }), 401],
  ])('%s is none: %i', async (_, given, status) => {
    expect((await wired()(request(given()))).statusCode).toBe(status);
  });

  test.each([
    ['okta', 'POST, GET'],
    ['bus', 'POST, OPTIONS'],
    ['chat', 'POST, HEAD'],
    ['slack', 'POST'],
  ])('%s allows %s', async (source, allow) => {
    const answer = await wired()(request({ source, method: 'PUT' }));
    expect(answer).toMatchObject({ statusCode: 405, headers: { allow } });
  });

  test('are answered while the keys are out of reach, where they need none', async () => {
    secrets.trouble('down');
    const answer = await wired()(request({ source: 'entra', body: '', query: 'validationToken=x' }));
    expect(answer.statusCode).toBe(200);
  });

  test('after them, events get the answer that the sender wants', async () => {
    const event = '{"event_id":"Ev1","event":{"type":"team_join","user":"U1"}}';
    expect(await wired()(request(slack(event)))).toEqual({ statusCode: 200 });
    const hook = '{"data":{"events":[{"uuid":"e1","eventType":"user.lifecycle.create"}]}}';
    const given = { source: 'okta', body: hook, headers: { authorization: 'okta-secret' } };
    expect(await wired()(request(given))).toEqual({ statusCode: 204 });
    expect((await queued()).map(({ event: { id } }) => id).sort()).toEqual(['Ev1', 'e1']);
  });

  test('a secret in the query opens, and is in no log', async () => {
    const body = '{"specversion":"1.0","type":"t","source":"/hr","id":"e1"}';
    const given = { source: 'bus', body, headers: { 'content-type': 'application/cloudevents+json' } };
    expect((await wired()(request({ ...given, query: 'access_token=bus-token' }))).statusCode).toBe(202);
    expect((await wired()(request({ ...given, query: 'access_token=canary' }))).statusCode).toBe(401);
    expect(JSON.stringify(lines)).not.toMatch(/bus-token|canary|access_token/);
  });
});

describe('what comes before there is a key', () => {
  let requests = 0;
  const token = (verification_token: string, more: object = {}) =>
    request({
      source: 'payroll',
      body: JSON.stringify({ verification_token, ...more }),
      requestId: `req-${(requests += 1)}`,
    });
  const FIRST = '0b9d1c6e-9c1a-4e2e-8f8a-0f2c5c1d7a11';
  const SECOND = '1b9d1c6e-9c1a-4e2e-8f8a-0f2c5c1d7a11';

  it('is kept where the operator reads it, and in no log', async () => {
    expect((await wired()(token(FIRST))).statusCode).toBe(200);
    const [message] = await queued();
    expect(message?.event).toMatchObject({
      type: 'payroll.unrecognized',
      data: { payload: { verification_token: FIRST } },
    });
    expect(message?.event.data.unrecognized).toMatch(/^verification_token: say it back/);
    expect(JSON.stringify(lines)).not.toContain(FIRST);
  });

  it('is taken once in a while, whoever sends how many', async () => {
    const receive = wired();
    for (const given of [FIRST, SECOND, FIRST]) expect((await receive(token(given))).statusCode).toBe(200);
    expect((await queued()).map(({ event }) => event.data.payload)).toEqual([{ verification_token: FIRST }]);
  });

  it.each([
    ['no token', 'not-a-uuid', {}],
    ['a token and more', FIRST, { more: 'x' }],
  ])('is nothing else: %s', async (_, given, more) => {
    expect((await wired()(token(given, more))).statusCode).toBe(503);
    expect(await queued()).toEqual([]);
  });

  it('is refused as soon as there is a key', async () => {
    secrets.put('keys', JSON.stringify({ payroll: FIRST }));
    expect((await wired()(token(SECOND))).statusCode).toBe(401);
    expect(await queued()).toEqual([]);
  });

  it('is not taken while the keys are out of reach, or spoilt', async () => {
    secrets.put('keys', '{"payroll":5}');
    expect((await wired()(token(FIRST))).statusCode).toBe(503);
    secrets.trouble('down');
    expect((await wired()(token(FIRST))).statusCode).toBe(503);
    expect(await queued()).toEqual([]);
  });
});

describe('our own fault is a 503, and the sender tries again', () => {
  test.each<[string, () => void | Promise<void>]>([
    ['the keys are out of reach', () => secrets.trouble('down')],
    ['the keys are throttled', () => secrets.trouble('throttled')],
    ['no key is there yet', () => secrets.put('keys', '{"#placeholder":"x"}')],
    ['the keys are no JSON', () => secrets.put('keys', 'oops')],
    ['the key is empty', () => secrets.put('keys', '{"requests":""}')],
    ['the keys are a number', () => secrets.put('keys', '{"requests":5}')],
    ['the queue is out of reach', () => sqs.close()],
  ])('%s', async (_, break_) => {
    await break_();
    const answer = await wired()(request({ headers: bearer('new-token') }));
    expect(answer.statusCode).toBe(503);
    expect(answer.headers).toMatchObject({ 'retry-after': '30' });
    expect(problemOf(answer)).toMatchObject({ status: 503 });
  });

  it('is over as soon as it is mended: no failure is kept', async () => {
    const receive = wired();
    secrets.trouble('down');
    expect((await receive(request({ headers: bearer('new-token') }))).statusCode).toBe(503);
    secrets.trouble(undefined);
    expect((await receive(request({ headers: bearer('new-token') }))).statusCode).toBe(202);
  });

  it('is one source’s own: a slip in its entry does not shut out the others', async () => {
    secrets.put('keys', JSON.stringify({ ...KEYS, bamboohr: 5 }));
    expect((await wired()(request({ headers: bearer('new-token') }))).statusCode).toBe(202);
  });
});

describe('keys', () => {
  it('two live at once', async () => {
    const receive = wired();
    for (const token of ['old-token', 'new-token'])
      expect((await receive(request({ headers: bearer(token) }))).statusCode).toBe(202);
  });

  it('are read once, then kept for five minutes', async () => {
    const receive = wired();
    for (let i = 0; i < 5; i += 1) await receive(request({ headers: bearer('new-token') }));
    expect(reads).toBe(1);
    clock += 300_000;
    await receive(request({ headers: bearer('new-token') }));
    expect(reads).toBe(2);
  });

  it('work from the moment they are in the secret', async () => {
    const receive = wired();
    await receive(request({ headers: bearer('new-token') }));
    secrets.put('keys', JSON.stringify({ requests: ['newest-token'] }));
    clock += 16_000;
    expect((await receive(request({ headers: bearer('newest-token') }))).statusCode).toBe(202);
  });

  it('of another kind work from that moment too', async () => {
    // The vectors of test/sources/standard-webhooks.known.ts.
    clock = 1614265330_000;
    const receive = wired();
    const given = {
      source: 'signup',
      body: '{"test": 2432232314}',
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature':
          'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
      },
    };
    expect((await receive(request(given))).statusCode).toBe(401);
    secrets.put('keys', '{"signup":["whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="]}');
    clock += 16_000;
    expect((await receive(request(given))).statusCode).toBe(202);
  });

  it('are not read for every stranger', async () => {
    const receive = wired();
    for (let i = 0; i < 20; i += 1) await receive(request({ headers: bearer('guess') }));
    expect(reads).toBe(1);
    clock += 15_000;
    for (let i = 0; i < 20; i += 1) await receive(request({ headers: bearer('guess') }));
    expect(reads).toBe(2);
  });
});

test('nothing of the body, the headers or the keys is echoed or logged', async () => {
  const receive = wired();
  const body = '{"person":{"email":"canary@acme.example","name":"Canary"},"secret":"canary-payload"}';
  const answers = [
    await receive(request({ headers: { ...bearer('new-token'), 'x-canary': 'canary' }, body })),
    await receive(request({ headers: bearer('canary-token'), body })),
    await receive(request({ headers: bearer('new-token'), body: 'canary' })),
    await receive(request({ source: 'canary' })),
  ];
  secrets.trouble('denied');
  clock += 400_000;
  answers.push(await receive(request({ headers: bearer('canary-token'), body })));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([202, 401, 400, 404, 503]);
  expect(lines.length).toBeGreaterThanOrEqual(3);
  expect(JSON.stringify([answers, lines])).not.toMatch(/canary|-token/i);
});

test('keys that cannot be used count in a metric without dimensions, as its alarm watches it', async () => {
  secrets.put('keys', '{}');
  await wired()(request({ headers: bearer('new-token') }));
  expect(lines).toContainEqual(
    expect.objectContaining({
      SigningKeysUnusable: 1,
      _aws: expect.objectContaining({
        CloudWatchMetrics: [
          {
            Namespace: 'Onqueue',
            Dimensions: [[]],
            Metrics: [{ Name: 'SigningKeysUnusable', Unit: 'Count' }],
          },
        ],
      }),
    }),
  );
});
