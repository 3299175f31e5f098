import { expect, test } from 'vitest';
import { verify } from '../../lambda/sources/signature.ts';
import { readEvents, schemesOf } from '../../lambda/sources/source.ts';
import { at, post } from './request.ts';

const source = { type: 'finch' } as const;
const read = (body: unknown) =>
  readEvents(
    'finch',
    source,
    post(JSON.stringify(body), { 'Finch-Event-Id': 'msg_1' }),
    new Date('2026-02-01T00:00:00Z'),
  );

test.each([
  [{ event_type: 'individual.created', connection_id: 'c', data: { individual_id: 'i' } }, 'i', 'i'],
  [{ event_type: 'account.updated', connection_id: 'c', data: { status: 'connected' } }, 'c', undefined],
  [{ event_type: 'company.updated', company_id: 'co', data: null }, 'co', undefined],
])('%j is about %s', async (body, subject, person) => {
  const [event] = await read(body);
  expect(event).toMatchObject({ id: 'msg_1', type: body.event_type, subject });
  expect(event?.data.person?.id).toBe(person);
});

test('a key may be pasted with whsec_ before it, and any signature of the list may fit', () => {
  const request = post('{"company_id":"720be419-0293-4d32-a707-32179b0827ab"}', {
    'Finch-Event-Id': 'msg_2Lh9KRb0pzN4LePd3XiA4v12Axj',
    'Finch-Timestamp': '1676312382',
    'Finch-Signature': 'v2,AAAA v1,AAAA v1,m7y0TV2C+hlHxU42wCieApTSTaA8/047OAplBqxIV/s=',
  });
  const keys = ['whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH'];
  expect(verify(schemesOf(source), request, keys, at(1676312382))).toEqual({ ok: true });
});

test('what fits no known shape keeps the id of its delivery', async () => {
  expect(await read({})).toMatchObject([{ id: 'msg_1', type: 'finch.unrecognized' }]);
});
