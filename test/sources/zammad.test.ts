import { expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import type { WebhookSource } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const zammad: WebhookSource = { type: 'zammad' };
const read = async (body: unknown, source = zammad, delivery = 'd1') => {
  const request = post(JSON.stringify(body), { 'X-Zammad-Delivery': delivery });
  const [event] = await readEvents('desk', source, request, new Date('2026-02-01T00:00:00Z'));
  return event;
};

test('the delivery, which is not signed, is no part of the id; the content is', async () => {
  const ticket = { id: 81, number: '10081', state: 'open' };
  const first = await read({ ticket });
  expect(await read({ ticket }, zammad, 'd2')).toEqual(first);
  expect((await read({ ticket: { ...ticket, state: 'closed' } }))?.id).not.toBe(first?.id);
});

test('the fields are the keys of the ticket that are no objects', async () => {
  const ticket = {
    ...{ id: 81, number: 10081, state: 'open', title: 'Access', queues: ['3000', '3001'], vip: false },
    ...{ note: null, owner: { id: 1 }, customer: {} },
  };
  expect((await read({ ticket }))?.data.ticket).toEqual({
    id: '81',
    key: '10081',
    status: 'open',
    requesterEmail: undefined,
    fields: { id: 81, number: 10081, state: 'open', title: 'Access', queues: ['3000', '3001'], vip: false },
  });
});

test('our own words go over what is in the ticket', async () => {
  const ticket = { id: 81, number: '10081', state: 'open', status: 'approved', fields: { queue: '3000' } };
  expect((await read({ ticket }))?.data.ticket).toMatchObject({
    key: '10081',
    status: 'approved',
    fields: { queue: '3000' },
  });
});

test.each([
  [{ ticket: 'secret' }, /^ticket: /],
  [{ ticket: { id: ['secret'] } }, /^ticket\.id: /],
  [{ person: { email: false }, ticket: {} }, /^person\.email: /],
])('%j is unrecognized', async (body, unrecognized) => {
  const event = await read(body);
  expect(event).toMatchObject({ type: 'desk.unrecognized', data: { payload: body } });
  expect(event?.data.unrecognized).toMatch(unrecognized);
  expect(event?.data.unrecognized).not.toContain('secret');
});

test('a payload of its own words is mapped', async () => {
  const body = { ticket: 'Queue access', mail: 'jane@acme.example' };
  const source: WebhookSource = {
    type: 'zammad',
    person: { email: '{% body.mail %}' },
    ticket: { type: '{% body.ticket %}' },
  };
  expect((await read(body, source))?.data).toMatchObject({
    person: { email: 'jane@acme.example' },
    ticket: { type: 'Queue access' },
  });
});
