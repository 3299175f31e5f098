import { expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const read = async (body: unknown) => {
  const request = post(JSON.stringify(body));
  const [event] = await readEvents('chat', { type: 'intercom' }, request, new Date('2026-02-01T00:00:00Z'));
  return event;
};
const notification = (item: unknown, more: object = {}) => ({
  id: 'notif_1',
  topic: 'ticket.created',
  created_at: 1769884920,
  data: { item },
  ...more,
});

test('a retry has the same content', async () => {
  const item = { type: 'ticket', id: '215' };
  const first = await read(notification(item, { delivery_attempts: 1, delivered_at: 0 }));
  expect(first).toMatchObject({ id: 'notif_1', data: { payload: { topic: 'ticket.created' } } });
  expect(await read(notification(item, { delivery_attempts: 2, delivered_at: 9 }))).toEqual(first);
});

test('the state of older versions is text', async () => {
  const event = await read(notification({ type: 'ticket', id: '215', ticket_state: 'in_progress' }));
  expect(event?.data.ticket).toMatchObject({ id: '215', status: 'in_progress' });
});

test.each(['admin', 'contact', 'user', 'lead'])('a person: %s', async (type) => {
  const event = await read(notification({ type, id: 'p1', name: null, email: 'jane@acme.example' }));
  expect(event).toMatchObject({ subject: 'p1', data: { person: { id: 'p1', email: 'jane@acme.example' } } });
});

test.each([
  [{ type: 'conversation', id: 12345, name: 'x' }, '12345'],
  [null, 'notif_1'],
])('%j is neither a person nor a ticket', async (item, subject) => {
  const event = await read(notification(item));
  expect(event).toMatchObject({ type: 'ticket.created', subject });
  expect(event?.data).not.toHaveProperty('person');
  expect(event?.data).not.toHaveProperty('ticket');
});

test.each([
  [{ topic: 'ticket.created' }, /^id: /],
  [{ id: 'notif_1' }, /^topic: /],
  [notification({ type: 'ticket', ticket_attributes: 'secret' }), /^data\.item\.ticket_attributes: /],
])('%j is unrecognized', async (body, unrecognized) => {
  const event = await read(body);
  expect(event).toMatchObject({ type: 'chat.unrecognized', data: { payload: body } });
  expect(event?.data.unrecognized).toMatch(unrecognized);
  expect(event?.data.unrecognized).not.toContain('secret');
});
