import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSend } from '../lambda/http.ts';

let server: Server;
let handle: (request: IncomingMessage, response: ServerResponse) => void;
let sockets: Socket[];

beforeEach(async () => {
  sockets = [];
  server = createServer((request, response) => handle(request, response));
  server.on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const url = () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return new URL(`http://127.0.0.1:${address.port}/ns-api/v2/version`);
};
const get = () => ({ method: 'GET', url: url(), headers: {} }) as const;
const post = () =>
  ({
    method: 'POST',
    url: url(),
    headers: { 'content-type': 'application/json' },
    body: '{"name":"Zoë"}',
  }) as const;

test('sends method, headers and body, and gives status, headers and body back', async () => {
  let seen: unknown;
  handle = (request, response) => {
    void text(request).then((body) => {
      seen = { method: request.method, path: request.url, body, length: request.headers['content-length'] };
      response.writeHead(202, { 'retry-after': '7' }).end('{"code":202}');
    });
  };
  expect(await createSend()(post())).toMatchObject({
    kind: 'answer',
    status: 202,
    headers: { 'retry-after': '7' },
    body: '{"code":202}',
  });
  expect(seen).toEqual({ method: 'POST', path: '/ns-api/v2/version', body: '{"name":"Zoë"}', length: '15' });
});

test('sends the query along, to the same server by another path too', async () => {
  const seen: unknown[] = [];
  handle = (request, response) => {
    seen.push(`${request.headers.host ?? ''}${request.url ?? ''}`);
    response.end('[]');
  };
  const send = createSend();
  const { host } = url();
  for (const path of ['/users?limit=2&start=0', '/users?limit=2&start=2', '/', '/'])
    await send({ ...get(), url: new URL(path, url()) });
  expect(seen).toEqual([
    `${host}/users?limit=2&start=0`,
    `${host}/users?limit=2&start=2`,
    `${host}/`,
    `${host}/`,
  ]);
});

test('an IPv6 address is called, not looked up as a name', async () => {
  const reply = await createSend()({ ...get(), url: new URL('http://[::1]:1/') });
  // Refused, or no IPv6 on this machine; nothing listens at port 1.
  expect(reply).toMatchObject({
    kind: 'no-answer',
    why: expect.stringMatching(/^(?:ECONNREFUSED|EADDRNOTAVAIL|EAFNOSUPPORT|ENETUNREACH)$/) as unknown,
  });
});

test('keeps the connection alive', async () => {
  handle = (_, response) => response.end('[]');
  const send = createSend();
  for (let i = 0; i < 5; i += 1) await send(get());
  expect(sockets).toHaveLength(1);
});

test('a connection that lay idle for half a minute is not used again; one that is in use stays', async () => {
  handle = (_, response) => response.end('[]');
  let now = 0;
  const send = createSend(undefined, () => now);
  await send(get());
  now += 30_000;
  await send(post());
  expect(sockets).toHaveLength(1);
  now += 30_001;
  await send(post());
  expect(sockets).toHaveLength(2);

  const held = Promise.withResolvers<ServerResponse>();
  handle = (_, response) => held.resolve(response);
  const slow = send(get());
  const response = await held.promise;
  handle = (_, other) => other.end('[]');
  now += 60_000;
  expect(await send(get())).toMatchObject({ kind: 'answer' });
  response.end('[]');
  expect(await slow).toMatchObject({ kind: 'answer' });
});

test('a GET survives a kept connection that the server has closed in the meantime', async () => {
  let answered = 0;
  handle = (request, response) => {
    answered += 1;
    // The second request of a connection meets a server that is no longer there.
    if (answered === 2) request.socket.destroy();
    else response.end('[]');
  };
  const send = createSend();
  await send(get());
  expect(await send(get())).toMatchObject({ kind: 'answer', status: 200 });
  expect(sockets).toHaveLength(2);
});

test('so do several at once, and more closed connections lie about', async () => {
  const waiting: ServerResponse[] = [];
  let calls = 0;
  handle = (request, response) => {
    calls += 1;
    if (calls <= 6) {
      waiting.push(response);
      // All at a time, so that there are six connections to keep.
      if (waiting.length === 6) for (const each of waiting) each.end('[]');
    } else if (sockets.indexOf(request.socket) < 6) request.socket.destroy();
    else response.end('[]');
  };
  const send = createSend();
  await Promise.all(Array.from({ length: 6 }, () => send(get())));
  const replies = await Promise.all([send(get()), send(get()), send(get())]);
  expect(replies.map(({ kind }) => kind)).toEqual(['answer', 'answer', 'answer']);
});

test('so does a POST that is sent again after one that met the same', async () => {
  const waiting: ServerResponse[] = [];
  handle = (request, response) => {
    if (waiting.length < 3) {
      waiting.push(response);
      if (waiting.length === 3) for (const each of waiting) each.end('{}');
    } else if (sockets.indexOf(request.socket) < 3) request.socket.destroy();
    else response.end('{}');
  };
  const send = createSend();
  await Promise.all([send(post()), send(post()), send(post())]);
  expect(await send(post())).toMatchObject({ kind: 'no-answer', why: 'ECONNRESET' });
  expect(await send(post())).toMatchObject({ kind: 'answer' });
});

test('a POST that meets the same is not sent again: it may have been carried out', async () => {
  let answered = 0;
  handle = (request, response) => {
    answered += 1;
    if (answered === 2) request.socket.destroy();
    else response.end('[]');
  };
  const send = createSend();
  await send(get());
  expect(await send(post())).toMatchObject({ kind: 'no-answer', sent: true, why: 'ECONNRESET' });
  expect(answered).toBe(2);
});

test('no answer in time is no answer', async () => {
  handle = () => undefined;
  expect(await createSend(20)(post())).toMatchObject({ kind: 'no-answer', sent: true, why: 'timeout' });
});

test('nor is an answer whose end does not come in time', async () => {
  handle = (_, response) => response.writeHead(200, { 'content-length': '100' }).write('[{"callqueue-agent');
  expect(await createSend(50)(get())).toMatchObject({ kind: 'no-answer', sent: true, why: 'timeout' });
});

test('each exchange has a timeout of its own', async () => {
  let answered = 0;
  handle = (_, response) => {
    answered += 1;
    if (answered > 1) response.end('[]');
  };
  const send = createSend(1_000);
  expect(await send(get())).toMatchObject({ kind: 'no-answer' });
  expect(await send(get())).toMatchObject({ kind: 'answer' });
});

test('an answer that breaks off is no answer', async () => {
  handle = (request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('[{"callqueue-agent');
    setImmediate(() => request.socket.destroy());
  };
  expect(await createSend()(get())).toMatchObject({ kind: 'no-answer', sent: true });
});

test('an answer without an end is cut off', async () => {
  handle = (_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(1024 * 1024)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
  expect(await createSend()(get())).toMatchObject({ kind: 'no-answer', sent: true });
});

test('a server that is not there never saw the request', async () => {
  const target = url();
  await new Promise((resolve) => server.close(resolve));
  const reply = await createSend()({ method: 'POST', url: target, headers: {}, body: '{}' });
  expect(reply).toMatchObject({ kind: 'no-answer', sent: false, why: 'ECONNREFUSED' });
});

test('nor did one whose certificate nobody knows', async () => {
  handle = (_, response) => response.end('[]');
  const plain = url();
  const reply = await createSend()({
    method: 'POST',
    url: new URL(plain.href.replace('http:', 'https:')),
    headers: {},
    body: '{}',
  });
  expect(reply).toMatchObject({ kind: 'no-answer' });
});
