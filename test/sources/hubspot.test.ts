import { expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const read = (body: unknown) =>
  readEvents(
    'crm',
    { type: 'hubspot', version: 'v3' },
    post(JSON.stringify(body)),
    new Date('2026-02-01T00:00:00Z'),
  );
const change = {
  eventId: 1,
  subscriptionId: 2,
  objectId: 3,
  occurredAt: 1700000000000,
  subscriptionType: 'contact.propertyChange',
  attemptNumber: 0,
};

test('the id is the same over retries, and another for another event with the same eventId', async () => {
  const idOf = async (more: object) => (await read([{ ...change, ...more }]))[0]?.id;
  const first = await idOf({});
  expect(first).toBe('1/2/3/1700000000000');
  expect(await idOf({ attemptNumber: 3 })).toBe(first);
  for (const more of [{ subscriptionId: 9 }, { objectId: 9 }, { occurredAt: 9 }, { eventId: 9 }])
    expect(await idOf(more)).not.toBe(first);
});

test.each([
  [{ propertyName: 'email', propertyValue: 'a@acme.example' }, { person: { email: 'a@acme.example' } }],
  [{ propertyName: 'email', propertyValue: '' }, { person: { changedFields: ['email'] } }],
  [{ propertyName: 'city', propertyValue: 'Cork' }, { person: { id: '3', changedFields: ['city'] } }],
  [{ subscriptionType: 'ticket.creation' }, { ticket: { id: '3' } }],
  [
    {
      subscriptionType: 'object.propertyChange',
      objectTypeId: '0-5',
      propertyName: '__proto__',
      propertyValue: '1',
    },
    { ticket: { id: '3', fields: JSON.parse('{"__proto__":"1"}') } },
  ],
])('%j', async (more, data) => {
  expect(await read([{ ...change, ...more }])).toMatchObject([{ data }]);
});

test('an object of another kind is neither person nor ticket', async () => {
  const [event] = await read([{ ...change, subscriptionType: 'company.creation' }]);
  expect(Object.keys(event?.data ?? {})).toEqual(['payload']);
});

test('a time that no calendar has counts as missing', async () => {
  const [event] = await read([{ ...change, occurredAt: 999999999999999 }]);
  expect(event?.time).toBe('2026-02-01T00:00:00.000Z');
});

test.each([[{}], [[]], ['text']])('%j is one unrecognized event', async (body) => {
  expect(await read(body)).toMatchObject([{ type: 'crm.unrecognized', data: { payload: body } }]);
});
