import { expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const read = (body: unknown) =>
  readEvents(
    'hired',
    { type: 'factorial', event: { type: 'employee.hired' } },
    post(JSON.stringify(body)),
    new Date('2026-02-01T00:00:00Z'),
  );

test.each<[object, object | undefined]>([
  [
    { full_name: 'Jane Doe', email: 'jane@home.example' },
    { name: 'Jane Doe', email: 'jane@home.example' },
  ],
  [
    { full_name: 'Jane Doe', email: 'a@home.example', login_email: 'b@acme.example' },
    { name: 'Jane Doe', email: 'b@acme.example' },
  ],
  [{ first_name: 'Jane', last_name: null }, { name: 'Jane' }],
  [{ employee_id: 52, full_name: 'Not read' }, { id: '52' }],
  [{ name: 'Support', employee_ids: ['1'] }, undefined],
])('%j is the person %j', async (more, person) => {
  const [event] = await read({ id: 1, ...more });
  expect(event).toMatchObject({ type: 'employee.hired', data: { payload: more } });
  expect(event?.data.person).toEqual(person && { id: '1', ...person });
});

test('a later change of the same employee is another event', async () => {
  const [first] = await read({ id: '1', full_name: 'Jane', updated_at: '2026-02-05T10:00:00Z' });
  const [second] = await read({ id: '1', full_name: 'Jane', updated_at: '2026-02-05T11:00:00Z' });
  expect(second?.id).not.toBe(first?.id);
  expect(second?.subject).toBe(first?.subject);
});

test.each([
  [{}, /^id: /],
  [[{ id: '1' }], /^the body: /],
  [{ id: '1', email: { address: 'x' } }, /^email: /],
])('%j is one unrecognized event', async (body, unrecognized) => {
  const [event] = await read(body);
  expect(event).toMatchObject({ type: 'hired.unrecognized', data: { payload: body } });
  expect(event?.data.unrecognized).toMatch(unrecognized);
});
