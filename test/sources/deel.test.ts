import { expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const read = (body: unknown) =>
  readEvents('deel', { type: 'deel' }, post(JSON.stringify(body)), new Date('2026-02-01T00:00:00Z'));
const event = (meta: object, resource: unknown, timestamp = '2026-02-05T08:00:00Z') => ({
  data: { meta: { event_type: 'employee.created.direct', tracking_id: 't1', ...meta }, resource },
  timestamp,
});
const idOf = async (...given: Parameters<typeof event>) => (await read(event(...given)))[0]?.id;

test('the id is the same over retries', async () => {
  const first = await idOf({}, { id: 'p1' });
  expect(await idOf({}, { id: 'p1' }, '2026-02-05T09:00:00Z')).toBe(first);
  expect(await idOf({ organization_name: 'Renamed' }, { id: 'p1' })).toBe(first);
});

test('the id is another one for another event, even under one tracking id', async () => {
  const first = await idOf({}, { id: 'p1' });
  expect(await idOf({}, { id: 'p2' })).not.toBe(first);
  expect(await idOf({ event_type: 'worker.v2.created' }, { id: 'p1' })).not.toBe(first);
  expect(await idOf({ tracking_id: 't2' }, { id: 'p1' })).not.toBe(first);
  expect(await idOf({ event_id: 'e1' }, { id: 'p1' })).not.toBe(first);
});

test('without an id of the delivery the whole content is the id', async () => {
  const none = { tracking_id: undefined };
  const first = await idOf(none, { id: 'p1' });
  expect(await idOf(none, { id: 'p1' })).toBe(first);
  expect(await idOf(none, { id: 'p1' }, '2026-02-05T09:00:00Z')).not.toBe(first);
});

test('each resource of a list is an event of its own; one that fits no shape holds up none', async () => {
  const [first, second, third] = await read(event({}, [{ id: 1, a: 1 }, { id: {} }, { id: 3 }]));
  expect(first).toMatchObject({
    subject: '1',
    data: { person: { id: '1' }, payload: { data: { meta: { tracking_id: 't1' }, resource: { a: 1 } } } },
  });
  expect(second).toMatchObject({
    type: 'deel.unrecognized',
    data: { payload: { data: { resource: { id: {} } } } },
  });
  expect(second?.data.unrecognized).toMatch(/^data\.resource\.id: /);
  expect(third).toMatchObject({ subject: '3' });
  expect(new Set([first?.id, second?.id, third?.id]).size).toBe(3);
});

test.each([
  ['employee.updated.direct', { id: 'p1' }],
  ['worker.v2.created', { id: 'p1' }],
  ['contract.created', { id: undefined }],
  ['time-off.created', { id: undefined }],
])('%s: %j', async (event_type, person) => {
  const [read_] = await read(event({ event_type }, { id: 'p1', worker_email: 'jane@acme.example' }));
  expect(read_).toMatchObject({ subject: 'p1', data: { person: { ...person, email: 'jane@acme.example' } } });
});

test.each([
  [event({}, []), /^data\.resource: must be an object, or a list of at least one/],
  [event({}, 'p1'), /^data\.resource: /],
  [event({ event_type: null }, {}), /^data\.meta\.event_type: /],
  [{ data: {} }, /^data\.meta: /],
  [[], /^the body: /],
])('%j is one unrecognized event', async (body, unrecognized) => {
  const events = await read(body);
  expect(events).toMatchObject([{ type: 'deel.unrecognized', data: { payload: body } }]);
  expect(events[0]?.data.unrecognized).toMatch(unrecognized);
});

test('an event without a resource is one', async () => {
  const [read_] = await read({ data: { meta: { event_type: 'oauth2.token.revoked' } } });
  expect(read_).toMatchObject({ type: 'oauth2.token.revoked' });
  expect(read_?.data).not.toHaveProperty('person');
});
