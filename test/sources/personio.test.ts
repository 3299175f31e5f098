import { expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const read = (body: unknown) =>
  readEvents(
    'people',
    { type: 'personio', auth: { header: { name: 'Authorization' } } },
    post(JSON.stringify(body)),
    new Date('2026-02-01T00:00:00Z'),
  );
const event = {
  company_id: '12345',
  event_name: 'person.updated',
  occurred_at: '2026-02-05T10:00:00Z',
  payload: { person: { id: '987' } },
};

test('who, what and when are the id, whatever the delivery says of itself', async () => {
  const idOf = async (more: object) => (await read({ ...event, ...more }))[0]?.id;
  const first = await idOf({});
  expect(await idOf({ meta: { attempt: 2 } })).toBe(first);
  for (const more of [
    { company_id: '2' },
    { event_name: 'person.created' },
    { occurred_at: '2026-02-05T10:00:01Z' },
    { payload: { person: { id: '988' } } },
    { payload: { person: { id: '987' }, another: 1 } },
  ])
    expect(await idOf(more)).not.toBe(first);
});

test.each([
  [{ employment: { id: 7 }, person: { id: 987 } }, '987', '987'],
  [{ employment: { id: '7' } }, '7', undefined],
  [{ person: null, employment: { id: '7' } }, '7', undefined],
])('%j is about %s', async (payload, subject, person) => {
  const [read_] = await read({ ...event, payload });
  expect(read_).toMatchObject({ subject, data: { payload: { payload } } });
  expect(read_?.data.person?.id).toBe(person);
});

test('an event of another kind is nobody’s', async () => {
  const [read_] = await read({
    ...event,
    event_name: 'absence-period.created',
    payload: { absence_period: { id: '1' } },
  });
  expect(read_).toMatchObject({ type: 'absence-period.created' });
  expect(read_?.data).not.toHaveProperty('person');
});

test.each([
  [{ ...event, event_name: undefined }, /^event_name: /],
  [{ ...event, payload: undefined }, /^payload: /],
  [{ ...event, payload: { person: '987' } }, /^payload\.person: /],
])('%j is unrecognized', async (body, unrecognized) => {
  const [read_] = await read(body);
  expect(read_?.type).toBe('people.unrecognized');
  expect(read_?.data.unrecognized).toMatch(unrecognized);
});
