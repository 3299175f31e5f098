import { expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import { STANDARD_WEBHOOKS } from './known-answers.ts';
import { post } from './request.ts';

const receivedAt = new Date('2026-02-01T00:00:00Z');
const read = (body: unknown) =>
  readEvents(
    'crm',
    { type: 'standard-webhooks' },
    post(JSON.stringify(body), { 'webhook-id': 'msg_1' }),
    receivedAt,
  );

test('the envelope', async () => {
  const body = {
    type: 'contact.created',
    timestamp: '2022-11-03T20:26:10.344522Z',
    data: { person: { id: 7, email: 'jane@acme.example' }, ticket: { id: 'T-1' } },
  };
  expect(await read(body)).toEqual([
    {
      specversion: '1.0',
      id: 'msg_1',
      source: 'crm',
      type: 'contact.created',
      subject: '7',
      time: '2022-11-03T20:26:10.344522Z',
      datacontenttype: 'application/json',
      data: { person: { id: '7', email: 'jane@acme.example' }, ticket: { id: 'T-1' }, payload: body },
    },
  ]);
});

test('a body without the recommended envelope', async () => {
  expect(
    await readEvents('crm', { type: 'standard-webhooks' }, STANDARD_WEBHOOKS.request, receivedAt),
  ).toMatchObject([
    {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      type: 'crm.event',
      subject: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      time: '2026-02-01T00:00:00.000Z',
      data: { payload: { test: 2432232314 } },
    },
  ]);
});

test.each([
  [[], /^the body: /],
  [{ type: ['secret'] }, /^type: /],
  [{ type: 'x', data: { person: { email: false } } }, /^data\.person\.email: /],
])('%j is unrecognized, under its own id', async (body, unrecognized) => {
  const [event] = await read(body);
  expect(event).toMatchObject({ id: 'msg_1', type: 'crm.unrecognized', data: { payload: body } });
  expect(event?.data.unrecognized).toMatch(unrecognized);
});

test.each([
  ['svix', 'webhook'],
  ['webhook', 'svix'],
])('the id is the one that was signed: %s-id, whatever %s-id says', async (signed, other) => {
  const headers = {
    [`${signed}-id`]: 'msg_1',
    [`${signed}-signature`]: 'v1,AA==',
    [`${other}-id`]: 'msg_forged',
  };
  const [event] = await readEvents('crm', { type: 'standard-webhooks' }, post('{}', headers), receivedAt);
  expect(event?.id).toBe('msg_1');
});
