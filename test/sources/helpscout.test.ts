import { expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const read = async (body: unknown, event = 'convo.tags') => {
  const request = post(JSON.stringify(body), { 'X-HelpScout-Event': event });
  const [read_] = await readEvents('desk', { type: 'helpscout' }, request, new Date('2026-02-01T00:00:00Z'));
  return read_;
};
const conversation = { id: 123, mailboxId: 85, status: 'active' };

test('another event in the header, which is not signed, makes no other event', async () => {
  const tagged = await read(conversation);
  expect(tagged?.type).toBe('conversation');
  expect(await read(conversation, 'convo.created')).toEqual(tagged);
});

test('how long ago it was makes no other event, and a change does', async () => {
  const idOf = async (more: object) => (await read({ ...conversation, ...more }))?.id;
  const first = await idOf({ customerWaitingSince: { friendly: '1 hour ago' } });
  expect(first).toMatch(/^sha256:/);
  expect(await idOf({ customerWaitingSince: { friendly: '2 hours ago' } })).toBe(first);
  expect(await idOf({ status: 'closed' })).not.toBe(first);
});

test('what goes on is the body, without what changes from one try to the next', async () => {
  const body = { ...conversation, customerWaitingSince: { friendly: '1 hour ago' } };
  expect((await read(body))?.data.payload).toEqual(conversation);
});

test.each([
  [{ createdBy: { type: 'customer', email: 'a@acme.example' } }, 'a@acme.example'],
  [{ createdBy: { type: 'user', email: 'a@acme.example' } }, undefined],
  [
    {
      primaryCustomer: { email: 'b@acme.example' },
      createdBy: { type: 'customer', email: 'a@acme.example' },
    },
    'b@acme.example',
  ],
])('%j: who asks', async (more, requesterEmail) => {
  expect((await read({ ...conversation, ...more }))?.data.ticket?.requesterEmail).toBe(requesterEmail);
});

test('a custom field by any name', async () => {
  const customFields = JSON.parse('[{"id":1,"name":"__proto__","value":"x"},{"id":2,"value":null}]');
  expect((await read({ ...conversation, customFields }))?.data.ticket?.fields).toEqual(
    JSON.parse('{"1":"x","__proto__":"x"}'),
  );
});

test('a customer, whose addresses are in _embedded', async () => {
  const body = {
    ...{ id: 12, firstName: 'Jane', lastName: '', jobTitle: 'Agent', updatedAt: '2026-01-31T18:42:00Z' },
    _embedded: { emails: [{ id: 1, value: 'jane@acme.example', type: 'work' }] },
  };
  expect(await read(body, 'customer.updated')).toMatchObject({
    type: 'customer',
    subject: '12',
    time: '2026-01-31T18:42:00Z',
    data: { person: { id: '12', name: 'Jane', email: 'jane@acme.example', title: 'Agent' } },
  });
});

test('what was deleted comes as an id, of nobody knows what', async () => {
  const event = await read({ id: 123 }, 'convo.deleted');
  expect(event).toMatchObject({ type: 'desk.event', data: { payload: { id: 123 } } });
  expect(Object.keys(event?.data ?? {})).toEqual(['payload']);
});

test.each([
  [['secret'], /^the body: /],
  [{ mailboxId: 85, status: 'secret' }, /^id: /],
  [{ ...conversation, customFields: 'secret' }, /^customFields: /],
])('%j is unrecognized', async (body, unrecognized) => {
  const event = await read(body);
  expect(event).toMatchObject({ type: 'desk.unrecognized', data: { payload: body } });
  expect(event?.data.unrecognized).toMatch(unrecognized);
  expect(event?.data.unrecognized).not.toContain('secret');
});
