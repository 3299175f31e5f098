import { expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const read = (body: unknown) =>
  readEvents('merge', { type: 'merge' }, post(JSON.stringify(body)), new Date('2026-02-01T00:00:00Z'));
const employee = (data: object, event = 'Employee.changed') => ({
  hook: { id: 'h1', event },
  linked_account: { id: 'la1', end_user_email_address: 'admin@acme.example' },
  data: { id: 'e1', ...data },
});
const support = { id: 'g1', name: 'Support', type: 'DEPARTMENT' };

test.each(['Employee.added', 'Employee.removed', 'Employee.created', 'employee.updated'])(
  '%s',
  async (event) => {
    expect(await read(employee({ work_email: 'jane@acme.example' }, event))).toMatchObject([
      { type: event, subject: 'e1', data: { person: { id: 'e1', email: 'jane@acme.example' } } },
    ]);
  },
);

test.each<[object, object]>([
  [{ first_name: 'Jane', last_name: 'Doe' }, { name: 'Jane Doe' }],
  [{ first_name: 'Jane', last_name: null }, { name: 'Jane' }],
  [{ first_name: 'Jane', display_full_name: 'Jane M. Doe' }, { name: 'Jane M. Doe' }],
  [{ first_name: null }, { name: undefined }],
  [{ personal_email: 'jane@home.example', work_email: null }, { email: undefined }],
  [
    { groups: ['g1', 'g2'], work_location: 'l1' },
    { department: undefined, location: undefined },
  ],
  [{ groups: [support, { ...support, type: 'TEAM', name: 'Late' }] }, { department: 'Support' }],
  [{ groups: [support, { ...support, name: 'Sales' }] }, { department: undefined }],
  [{ groups: [{ ...support, name: null }] }, { department: undefined }],
  [{ groups: null, work_location: { name: 'Leeds' } }, { location: 'Leeds' }],
])('%j is %j', async (data, person) => {
  const [event] = await read(employee(data));
  expect(event?.data.person).toMatchObject(person);
});

test('a model of another kind is neither person nor ticket', async () => {
  const [event] = await read(employee({ status: 'ACTIVE' }, 'Employment.changed'));
  expect(event).toMatchObject({ type: 'Employment.changed', subject: 'e1' });
  expect(Object.keys(event?.data ?? {})).toEqual(['payload']);
});

test('the webhook’s own id is not that of the delivery', async () => {
  const [first] = await read(employee({ employment_status: 'PENDING' }));
  const [second] = await read(employee({ employment_status: 'ACTIVE' }));
  expect(second?.id).not.toBe(first?.id);
});

test.each([
  [{ data: {} }, /^hook: /],
  [{ hook: { event: ['Employee.changed'] } }, /^hook\.event: /],
  [{ hook: { event: 'Employee.changed' } }, /^data: /],
  [employee({ work_email: ['a'] }), /^data\.work_email: /],
])('%j is one unrecognized event', async (body, unrecognized) => {
  const [event] = await read(body);
  expect(event).toMatchObject({ type: 'merge.unrecognized', data: { payload: body } });
  expect(event?.data.unrecognized).toMatch(unrecognized);
});
