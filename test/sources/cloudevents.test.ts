import { expect, test } from 'vitest';
import type { Auth } from '../../lambda/configuration.ts';
import { hmacSchema } from '../../lambda/configuration.ts';
import { UnreadableBody } from '../../lambda/sources/body.ts';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const bearer: Auth = { bearer: {} };
const read = (body: string | Uint8Array, headers: Record<string, string>, auth: Auth = bearer) =>
  readEvents('bus', { type: 'cloudevents', auth }, post(body, headers), new Date('2026-02-01T00:00:00Z'));
const CE = { 'ce-specversion': '1.0', 'ce-type': 't', 'ce-source': '/hr', 'ce-id': 'e1' };
const structured = { 'Content-Type': 'application/cloudevents+json' };

test.each<[string, string | Uint8Array, string | undefined, object]>([
  ['JSON', '{"a":1}', 'application/json', { data: { a: 1 } }],
  ['JSON by another name', '[1]', 'application/vnd.acme+json; charset=utf-8', { data: [1] }],
  ['JSON by no name', '7', undefined, { data: 7 }],
  ['text', 'hello', 'text/plain', { data: 'hello' }],
  ['bytes', Buffer.from([0xff, 0]), 'application/octet-stream', { data_base64: '/wA=' }],
  ['nothing', '', undefined, {}],
])('binary mode: %s', async (_, body, type, data) => {
  const [event] = await read(body, { ...CE, ...(type !== undefined && { 'content-type': type }) });
  const payload = { specversion: '1.0', type: 't', source: '/hr', id: 'e1', ...data };
  expect(JSON.parse(JSON.stringify(event))).toMatchObject({
    id: '/hr e1',
    type: 't',
    data: { payload: { ...payload, ...(type !== undefined && { datacontenttype: type }) } },
  });
});

test('binary mode is not believed where only the body is signed', async () => {
  const hmac: Auth = { hmac: hmacSchema.parse({ header: 'X-Signature' }) };
  const [event] = await read('{}', CE, hmac);
  expect(event).toMatchObject({ type: 'bus.unrecognized', data: { payload: { id: 'e1', data: {} } } });
  expect(event?.data.unrecognized).toMatch(/^the ce- headers: /);
  const body = '{"specversion":"1.0","type":"t","source":"/hr","id":"e1"}';
  expect(await read(body, structured, hmac)).toMatchObject([{ type: 't' }]);
});

test('binary mode: an attribute cannot pass for the data', async () => {
  const [event] = await read('{"real":true}', { ...CE, 'ce-data': 'forged' });
  expect(event?.data.payload).toMatchObject({ data: { real: true } });
});

test.each(['%FF', '%C3', 'a%E2%82'])('binary mode: %s is no UTF-8', async (value) => {
  await expect(read('{}', { ...CE, 'ce-subject': value })).rejects.toThrow(UnreadableBody);
});

test.each([
  [{ ...CE, 'ce-specversion': '0.3' }, /^specversion: must be 1\.0/],
  [{ 'ce-id': 'e1' }, /specversion: .*source: .*type: /],
])('binary mode: %j is unrecognized', async (headers, unrecognized) => {
  const [event] = await read('{}', headers);
  expect(event?.type).toBe('bus.unrecognized');
  expect(event?.data.unrecognized).toMatch(unrecognized);
});

test('ids are unique only together with their source', async () => {
  const body = ['/a', '/b'].map((source) => ({ specversion: '1.0', type: 't', source, id: 'e1' }));
  const events = await read(JSON.stringify(body), { 'content-type': 'Application/CloudEvents-Batch+JSON' });
  expect(events.map(({ id }) => id)).toEqual(['/a e1', '/b e1']);
});

test.each(['[]', '{}'])('the batch %s is one unrecognized event', async (body) => {
  const events = await read(body, { 'content-type': 'application/cloudevents-batch+json' });
  expect(events).toMatchObject([{ type: 'bus.unrecognized' }]);
});
