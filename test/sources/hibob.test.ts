import { describe, expect, test } from 'vitest';
import { acceptedOf, openAnswer, readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const source = { type: 'hibob' } as const;
const read = (body: unknown) =>
  readEvents('bob', source, post(JSON.stringify(body)), new Date('2026-02-01T00:00:00Z'));

describe('the ping', () => {
  test.each([
    'Ping test',
    ' Ping test\r\n',
    '"Ping test"',
    '{"text":"Ping test"}',
    '{ "text": "Ping test" }',
  ])('%j is answered', (body) => {
    expect(openAnswer(source, post(body))).toEqual({});
    expect(openAnswer(source, post(body, { 'content-type': 'application/json' }))).toEqual({});
  });

  test.each([
    '',
    'ping test',
    'Ping test.',
    '["Ping test"]',
    '{"text":"Ping tests"}',
    '{"type":"Ping test"}',
    '{"text":"Ping test","type":"x"}',
    `"Ping test"${' '.repeat(64)}`,
    Buffer.from([0xff]),
  ])('%j is none', (body) => {
    expect(openAnswer(source, post(body))).toBeUndefined();
  });
});

test.each([
  [undefined, undefined],
  [[], []],
  ['work.title', undefined],
  [
    [{ id: 'work.title' }, 'work.site', { name: 'x' }, null, 7],
    ['work.title', 'work.site'],
  ],
])('of the changes %j, the names are %j', async (fieldUpdates, changedFields) => {
  const [event] = await read({ type: 'employee.updated', data: { employeeId: '5', fieldUpdates } });
  expect(event?.data.person).toEqual({ id: '5', changedFields });
});

test('an event of v1 has its type, and nobody', async () => {
  const [event] = await read({ type: 'employee.created', employee: { id: '5' } });
  expect(event).toMatchObject({ type: 'employee.created', data: { payload: { employee: { id: '5' } } } });
  expect(event?.data).not.toHaveProperty('person');
});

test('an employee whose number JavaScript cannot count is not taken for a neighbour', async () => {
  const body = '{"type":"employee.joined","data":{"employeeId":3332883884017713938}}';
  const [event] = await readEvents('bob', source, post(body), new Date(0));
  expect(event).toMatchObject({ type: 'bob.unrecognized' });
  expect(event?.data.unrecognized).toMatch(/^data\.employeeId: /);
});

test('an event is answered 200 as well, which alone counts there', () => {
  expect(acceptedOf(source)).toBe(200);
});

test('the time makes another event of the same change', async () => {
  const change = { type: 'employee.updated', data: { employeeId: '5' } };
  const [first] = await read({ ...change, triggeredAt: '2026-02-05T13:06:26.1' });
  const [second] = await read({ ...change, triggeredAt: '2026-02-05T13:06:26.2' });
  expect(second?.id).not.toBe(first?.id);
});
