import { expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const read = (body: unknown) =>
  readEvents('humaans', { type: 'humaans' }, post(JSON.stringify(body)), new Date('2026-02-01T00:00:00Z'));

test.each<[string, object, object]>([
  ['person.updated', { id: 'p', firstName: 'Janet', preferredName: 'Jane' }, { id: 'p', name: 'Jane' }],
  ['person.updated', { id: 'p', firstName: '', lastName: null }, { id: 'p' }],
  ['person.created', { id: 'p', personalEmail: 'jane@home.example' }, { id: 'p' }],
  ['jobRole.updated', { id: 'j', personId: 'p', email: 'another@acme.example' }, { id: 'p' }],
])('%s with %j is the person %j', async (event, data, person) => {
  const [read_] = await read({ event, data });
  expect(read_).toMatchObject({ type: event, subject: 'p' });
  expect(read_?.data.person).toEqual(person);
});

test('an id at the top is not believed to be that of the delivery', async () => {
  const [first] = await read({ id: 'wh1', event: 'person.updated', data: { id: 'p', status: 'newHire' } });
  const [second] = await read({ id: 'wh1', event: 'person.updated', data: { id: 'p', status: 'active' } });
  expect(second?.id).not.toBe(first?.id);
});

test('an event about nobody is an event', async () => {
  const [event] = await read({ event: 'company.updated' });
  expect(event?.type).toBe('company.updated');
  expect(event?.data).not.toHaveProperty('person');
});

test.each([{}, { type: 'person.created' }, { event: 'person.created', data: [] }])(
  '%j is one unrecognized event',
  async (body) => {
    expect(await read(body)).toMatchObject([{ type: 'humaans.unrecognized', data: { payload: body } }]);
  },
);
