import { expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const read = (body: unknown) =>
  readEvents(
    'entra',
    { type: 'microsoft-graph' },
    post(JSON.stringify(body)),
    new Date('2026-02-01T00:00:00Z'),
  );
const item = {
  subscriptionId: 's1',
  clientState: 'canary',
  changeType: 'created',
  resource: '/users/4f1a',
  resourceData: { id: '4f1a' },
};

test('the secret goes no further, of whatever shape the rest is', async () => {
  const events = await read({ value: [item, { clientState: 'canary', surprise: true }] });
  expect(events.map(({ type }) => type)).toEqual(['users.created', 'entra.unrecognized']);
  expect(events[1]?.data.payload).toEqual({ surprise: true });
  expect(JSON.stringify(events)).not.toContain('canary');
});

test('without an id, the item is the id: the same once more is the same event', async () => {
  const [first, again, other] = await read({ value: [item, item, { ...item, changeType: 'deleted' }] });
  expect(first?.id).toMatch(/^sha256:/);
  expect(again?.id).toBe(first?.id);
  expect(other?.id).not.toBe(first?.id);
});

test.each([
  ['Users/1', 'users.created'],
  ["/groups('1')/members", 'groups.created'],
  ['/', 'resource.created'],
])('the resource %s', async (resource, type) => {
  expect(await read({ value: [{ ...item, resource }] })).toMatchObject([{ type }]);
});
