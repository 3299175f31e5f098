import { expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const reader = (kind: 'rule' | 'application') => (body: unknown) =>
  readEvents('inbox', { type: 'front', kind }, post(JSON.stringify(body)), new Date('2026-02-01T00:00:00Z'));
const rule = reader('rule');
const application = reader('application');

test.each([
  ['whoever wrote asks', { handle: 'jane@acme.example', role: 'from' }, 'jane@acme.example'],
  ['whoever was written to asks for nothing', { handle: 'jane@acme.example', role: 'to' }, undefined],
  ['a telephone number is no address', { handle: '+15550100', role: 'from' }, undefined],
  ['nobody', null, undefined],
])('%s', async (_, recipient, requesterEmail) => {
  const [event] = await rule({ id: 'evt_1', type: 'inbound', conversation: { id: 'cnv_1', recipient } });
  expect(event?.data.ticket).toEqual({ id: 'cnv_1', status: undefined, requesterEmail, fields: undefined });
});

test('an event of no conversation', async () => {
  const [event] = await rule({ id: 'evt_1', type: 'call_started', emitted_at: null });
  expect(event).toMatchObject({ id: 'evt_1', subject: 'evt_1', time: '2026-02-01T00:00:00.000Z' });
  expect(Object.keys(event?.data ?? {})).toEqual(['payload']);
});

test('without an id the content is the id', async () => {
  const idOf = async (conversation: string) =>
    (await application({ type: 'tag_added', payload: { conversation: { id: conversation } } }))[0]?.id;
  expect(await idOf('cnv_1')).toBe(await idOf('cnv_1'));
  expect(await idOf('cnv_1')).not.toBe(await idOf('cnv_2'));
});

test.each([
  ['a rule sends no list', rule, [], /^the body: /],
  ['a rule names a type', rule, { id: 'evt_1' }, /^type: /],
  ['an application has the event in its payload', application, { type: 'tag_added' }, /^payload: /],
  ['a sync without a challenge is no event', application, { type: 'sync', authorization: {} }, /^payload: /],
  ['a conversation', rule, { type: 'tag', conversation: ['secret'] }, /^conversation: /],
])('%s', async (_, read, body, unrecognized) => {
  const [event] = await read(body);
  expect(event).toMatchObject({ type: 'inbox.unrecognized', data: { payload: body } });
  expect(event?.data.unrecognized).toMatch(unrecognized);
  expect(event?.data.unrecognized).not.toContain('secret');
});
