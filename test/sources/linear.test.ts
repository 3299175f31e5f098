import { expect, test } from 'vitest';
import { verify } from '../../lambda/sources/signature.ts';
import { readEvents, schemesOf } from '../../lambda/sources/source.ts';
import known from './linear.known.ts';
import { at, post } from './request.ts';

const read = async (body: unknown, headers: Record<string, string> = {}) => {
  const request = post(JSON.stringify(body), headers);
  const [event] = await readEvents('work', { type: 'linear' }, request, new Date('2026-02-01T00:00:00Z'));
  return event;
};
const issue = { action: 'update', type: 'Issue', createdAt: '2026-01-31T18:42:00.000Z', data: { id: 'i1' } };

test('a retry, which is sent at another time, is the same event of the same content', async () => {
  const first = await read({ ...issue, webhookTimestamp: 1 }, { 'Linear-Delivery': 'one' });
  expect(first?.id).toMatch(/^sha256:/);
  expect(await read({ ...issue, webhookTimestamp: 2 }, { 'Linear-Delivery': 'two' })).toEqual(first);
});

test.each(known)('a signature is good for a minute: $title', ({ source, key, seconds, request }) => {
  const verdict = (later: number) => verify(schemesOf(source), request, [key], at(seconds + later));
  expect([60, -60].map(verdict)).toEqual([{ ok: true }, { ok: true }]);
  expect([61, -61].map(verdict)).toMatchObject([{ why: 'stale' }, { why: 'future' }]);
});

test('the same change at another time is another event', async () => {
  const later = await read({ ...issue, createdAt: '2026-01-31T18:43:00.000Z' });
  expect(later?.id).not.toBe((await read(issue))?.id);
});

test.each([
  [
    'no time',
    '{"action":"update"}',
    '21ad749138aba1f70bf9ce6925443d68e4d09c08e6e3748648844219a25fc8d2',
    'timestamp-missing',
  ],
  [
    'no such time',
    '{"webhookTimestamp":"soon"}',
    'e05020d9e752746456d140ed32fb16b63d8e916266ef7ac44e495824f4864153',
    'timestamp-malformed',
  ],
])('a body that is signed (by openssl), with %s, is refused', (_, body, signature, why) => {
  const request = post(body, { 'Linear-Signature': signature });
  expect(verify(schemesOf({ type: 'linear' }), request, ['lin_wh_secret'], at(0))).toEqual({
    ok: false,
    why,
  });
});

test.each([
  [{ action: 'create', type: 'Comment', data: { id: 'c1', name: 'x' } }, 'Comment.create', 'c1', {}],
  [issue, 'Issue.update', 'i1', { ticket: { id: 'i1' } }],
  [{ action: 'set', type: 'IssueSLA', data: null }, 'IssueSLA.set', undefined, {}],
])('%j', async (body, type, subject, about) => {
  const event = await read(body);
  expect(event).toMatchObject({ type, subject: subject ?? event?.id });
  expect(JSON.parse(JSON.stringify(event?.data))).toEqual({ ...about, payload: body });
});

test.each([
  [{ type: 'Issue' }, /^action: /],
  [{ ...issue, data: { state: 'secret' } }, /^data\.state: /],
  [['secret'], /^the body: /],
])('%j is unrecognized', async (body, unrecognized) => {
  const event = await read(body);
  expect(event).toMatchObject({ type: 'work.unrecognized', data: { payload: body } });
  expect(event?.data.unrecognized).toMatch(unrecognized);
  expect(event?.data.unrecognized).not.toContain('secret');
});
