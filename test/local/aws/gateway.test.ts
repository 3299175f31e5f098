import { connect } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerRequest } from '../../../local/aws/gateway.ts';
import { serve } from '../../../local/aws/server.ts';
import type { Serving } from '../../../local/aws/server.ts';

let front: Serving;
let events: APIGatewayProxyEventV2[];
let answer: () => unknown;

beforeEach(async () => {
  events = [];
  answer = () => ({ statusCode: 202 });
  front = await serve((request, response) =>
    answerRequest(
      {
        routeKey: 'ANY /webhooks/{source}',
        invoke: (event) => {
          events.push(event);
          return Promise.resolve().then(answer);
        },
      },
      request,
      response,
    ),
  );
});

afterEach(() => front.close());

/** Byte for byte what a sender may send; fetch would tidy it up. */
const raw = async (...lines: string[]): Promise<string> => {
  const { port } = new URL(front.origin);
  const socket = connect(Number(port), '127.0.0.1');
  socket.end(lines.join('\r\n'));
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) text += String(chunk);
  return text;
};

test('a request becomes an event of payload format 2.0', async () => {
  await raw(
    'POST /webhooks/help%20desk?a=1&b=%26&a=2 HTTP/1.1',
    'Host: hooks.example.com',
    'Connection: close',
    'User-Agent: sender/1.0',
    'Content-Type: application/json; charset=utf-8',
    'X-Signature: one',
    'X-Signature: two',
    'Cookie: a=b; c=d',
    'Cookie: e=f',
    'Content-Length: 15',
    '',
    '{"name":"Zoë"}',
  );
  const [event] = events;
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: 'ANY /webhooks/{source}',
    rawPath: '/webhooks/help%20desk',
    rawQueryString: 'a=1&b=%26&a=2',
    queryStringParameters: { a: '1,2', b: '&' },
    pathParameters: { source: 'help desk' },
    cookies: ['a=b', 'c=d', 'e=f'],
    headers: {
      host: 'hooks.example.com',
      'content-type': 'application/json; charset=utf-8',
      'x-signature': 'one,two',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
    },
    requestContext: {
      domainName: 'hooks.example.com',
      domainPrefix: 'hooks',
      stage: '$default',
      routeKey: 'ANY /webhooks/{source}',
      http: {
        method: 'POST',
        path: '/webhooks/help%20desk',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'sender/1.0',
      },
    },
    body: '{"name":"Zoë"}',
    isBase64Encoded: false,
  });
  expect(event?.headers).not.toHaveProperty('cookie');
  expect(event?.requestContext.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(event?.requestContext.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  expect(event?.requestContext.timeEpoch).toBeGreaterThan(1_700_000_000_000);
});

test('what is not there is left out', async () => {
  await fetch(`${front.origin}/webhooks/a`);
  const [event] = events;
  for (const name of ['queryStringParameters', 'cookies', 'body']) expect(event).not.toHaveProperty(name);
  expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
});

test.each([
  ['application/json', false],
  ['Application/JSON;charset=utf-8', false],
  ['text/plain', false],
  ['text/xml; charset=iso-8859-1', false],
  ['application/xml', false],
  ['application/javascript', false],
  ['application/x-www-form-urlencoded', true],
  ['application/octet-stream', true],
  ['application/cloudevents+json', true],
  ['image/png', true],
])('a body of type %s is base64-encoded: %s', async (type, isBase64Encoded) => {
  await fetch(`${front.origin}/webhooks/a`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: '{"é":1}',
  });
  expect(events[0]).toMatchObject({
    isBase64Encoded,
    // echo -n '{"é":1}' | base64
    body: isBase64Encoded ? 'eyLDqSI6MX0=' : '{"é":1}',
  });
});

test('bytes that are no text survive', async () => {
  const body = Uint8Array.from([0, 255, 254, 128, 10]);
  await fetch(`${front.origin}/webhooks/a`, { method: 'PUT', body });
  expect(events[0]).toMatchObject({ isBase64Encoded: true, body: 'AP/+gAo=' });
});

test.each(['/', '/webhooks', '/webhooks/', '/webhooks/a/b', '/webhooks/a/', '/Webhooks/a', '/webhooks/%zz'])(
  '%s is no route',
  async (path) => {
    const response = await fetch(front.origin + path, { method: 'POST', body: '{}' });
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
    expect(events).toEqual([]);
  },
);

test.each([
  [10 * 1024 * 1024, 202],
  [10 * 1024 * 1024 + 1, 413],
])('a body of %i bytes: %i', async (size, status) => {
  const response = await fetch(`${front.origin}/webhooks/a`, { method: 'POST', body: Buffer.alloc(size) });
  expect(response.status).toBe(status);
  if (status === 413) expect(await response.json()).toEqual({ message: 'Request Entity Too Large' });
});

describe("the function's answer", () => {
  const ask = () => fetch(`${front.origin}/webhooks/a`);

  test('with all that it may have', async () => {
    answer = () => ({
      statusCode: 405,
      headers: { allow: 'POST', 'content-type': 'application/problem+json', 'retry-after': 30 },
      cookies: ['a=b; Secure', 'c=d'],
      body: '{"title":"no"}',
    });
    const response = await ask();
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(response.headers.get('retry-after')).toBe('30');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.getSetCookie()).toEqual(['a=b; Secure', 'c=d']);
    expect(await response.text()).toBe('{"title":"no"}');
  });

  test('base64-encoded', async () => {
    answer = () => ({ statusCode: 200, isBase64Encoded: true, body: 'AP8=' });
    const response = await ask();
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.from([0, 255]));
  });

  test('without a status is the body of a 200', async () => {
    answer = () => ({ challenge: 'abc' });
    const response = await ask();
    expect([response.status, await response.json()]).toEqual([200, { challenge: 'abc' }]);
  });

  test.each<[string, () => unknown]>([
    [
      'thrown',
      () => {
        throw new Error('secret of the function');
      },
    ],
    ['of no status that there is', () => ({ statusCode: 99 })],
    ['of a status in words', () => ({ statusCode: 'OK' })],
    ['of a body that is no text', () => ({ statusCode: 200, body: { a: 1 } })],
    ['of a header that cannot be sent', () => ({ statusCode: 200, headers: { a: 'b\nc: d' } })],
  ])('%s is 500 and tells nothing', async (_, wrong) => {
    answer = wrong;
    const response = await ask();
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });
});
