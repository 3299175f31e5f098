import { expect, test } from 'vitest';
import type { SourceOf } from '../../lambda/configuration.ts';
import { readEvents } from '../../lambda/sources/source.ts';
import { BAMBOOHR } from './known-answers.ts';
import { post } from './request.ts';

const source: SourceOf<'bamboohr'> = { type: 'bamboohr' };
const receivedAt = new Date('2026-02-01T00:00:00Z');
const read = (body: unknown) => readEvents('hr', source, post(JSON.stringify(body)), receivedAt);

test('one POST about several employees becomes an event for each', async () => {
  const jane = {
    id: '12345',
    action: 'Updated',
    timestamp: '2026-01-31T18:42:00+0000',
    changedFields: ['Department', 'Work Ext.'],
    fields: {
      'First Name': 'Jane',
      'Last Name': 'Doe',
      'Work Email': 'jane@acme.example',
      'Work Ext.': '2001',
      'Work Phone': '+1 555 0100',
      Department: 'Support',
      Division: 'Europe',
      Location: 'Berlin',
      'Job Title': 'Agent',
      'Employee #': '300',
      'Hire Date': '2026-02-01',
      Status: 'Active',
      'Employment Status': 'Full-Time',
      'T-Shirt Size': 'M',
    },
  };
  const john = {
    id: 67890,
    action: 'Deleted',
    timestamp: '2026-01-31T18:43:00+0000',
    changedFields: [],
    fields: [],
  };

  const events = await read({ employees: [jane, john] });

  expect(events).toMatchObject([
    {
      source: 'hr',
      type: 'employee.updated',
      subject: '12345',
      time: '2026-01-31T18:42:00+00:00',
      data: {
        person: {
          id: '12345',
          email: 'jane@acme.example',
          extension: '2001',
          workPhone: '+1 555 0100',
          name: 'Jane Doe',
          department: 'Support',
          division: 'Europe',
          location: 'Berlin',
          title: 'Agent',
          employeeNumber: '300',
          startDate: '2026-02-01',
          status: 'Active',
          changedFields: ['Department', 'Work Ext.'],
        },
        payload: jane,
      },
    },
    { type: 'employee.deleted', subject: '67890', data: { person: { id: '67890' }, payload: john } },
  ]);
  expect(events[0]?.data.person).not.toHaveProperty('T-Shirt Size');
});

test('an older delivery: wrapped values, no action, no time', async () => {
  const [event] = await readEvents('hr', source, BAMBOOHR.request, receivedAt);
  expect(event).toMatchObject({
    type: 'employee.updated',
    subject: '5',
    time: '2026-02-01T00:00:00.000Z',
    data: { person: { id: '5', name: 'Tefi Adams', employeeNumber: '300', changedFields: ['First name'] } },
  });
});

test('an event-based delivery: an id and the names of what changed', async () => {
  const body = {
    type: 'employee.updated',
    timestamp: '2026-01-31T18:42:00+0000',
    data: { companyId: '12345', employeeId: '67890', changedFields: ['firstName'] },
  };
  expect(await read(body)).toMatchObject([
    {
      type: 'employee.updated',
      subject: '67890',
      time: '2026-01-31T18:42:00+00:00',
      data: { person: { id: '67890', changedFields: ['firstName'] }, payload: body },
    },
  ]);
});

test.each([
  [
    { workEmail: 'a@acme.example', workPhoneExtension: 2001 },
    { email: 'a@acme.example', extension: '2001' },
  ],
  [
    { 'work email': 'a@acme.example', WORK_EXT: '2001' },
    { email: 'a@acme.example', extension: '2001' },
  ],
  [{ 'Work Email': { value: 'a@acme.example' } }, { email: 'a@acme.example' }],
  [{ 'Display Name': 'J. Doe', 'First Name': 'Jane' }, { name: 'J. Doe' }],
  [{ 'Preferred Name': 'Jay', 'First Name': 'Jane', 'Last Name': 'Doe' }, { name: 'Jay Doe' }],
  [{ 'Employment Status': 'Terminated' }, { status: 'Terminated' }],
  [{ 'Work Ext.': '', Department: ' ', Division: null, Location: { value: null } }, {}],
  [{ constructor: 'x', toString: 'y', hasOwnProperty: 'z' }, {}],
])('fields %j', async (fields, person) => {
  const [event] = await read({ employees: [{ id: '1', fields }] });
  expect(event?.data.unrecognized).toBeUndefined();
  expect(JSON.parse(JSON.stringify(event?.data.person))).toEqual({ id: '1', ...person });
});

test('the id is of what happened: the same over retries, another for another change', async () => {
  const employee = {
    id: '1',
    action: 'Updated',
    timestamp: '2026-01-31T18:42:00+0000',
    changedFields: ['A'],
  };
  const idOf = async (change: object) => (await read({ employees: [{ ...employee, ...change }] }))[0]?.id;
  const first = await idOf({});
  expect(first).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(await idOf({})).toBe(first);
  expect(await idOf({ id: '2' })).not.toBe(first);
  expect(await idOf({ action: 'Created' })).not.toBe(first);
  expect(await idOf({ timestamp: '2026-01-31T18:42:01+0000' })).not.toBe(first);
  expect(await idOf({ changedFields: ['B'] })).not.toBe(first);
  expect(await idOf({ fields: { A: 'x' } })).not.toBe(first);
});

test('an employee that fits no known shape does not hold up the others', async () => {
  const strange = { id: '2', action: 'Merged' };
  const events = await read({ employees: [{ id: '1' }, strange, { fields: {} }, 7] });
  expect(events.map(({ type }) => type)).toEqual([
    'employee.updated',
    'hr.unrecognized',
    'hr.unrecognized',
    'hr.unrecognized',
  ]);
  expect(events[1]?.data.payload).toEqual(strange);
  expect(events[1]?.data.unrecognized).toMatch(/^action: /);
  expect(events[2]?.data.unrecognized).toMatch(/^id: /);
  expect(events[3]?.data.payload).toBe(7);
  expect(events[3]?.data.unrecognized).toMatch(/^the body: /);
});

test.each([
  [{}, /^type: .*data: /],
  [[], /^the body: /],
  [{ employees: [] }, /^employees: /],
  [{ employees: {} }, /^employees: /],
  [{ type: 'employee.created', data: {} }, /^data\.employeeId: /],
  [
    { employees: [{ id: '1', fields: { 'Work Email': ['secret@acme.example'] } }] },
    /^fields\.Work Email: must be text$/,
  ],
])('%j is one unrecognized event', async (body, unrecognized) => {
  const events = await read(body);
  expect(events).toHaveLength(1);
  expect(events[0]?.type).toBe('hr.unrecognized');
  expect(events[0]?.data.unrecognized).toMatch(unrecognized);
  expect(events[0]?.data.unrecognized).not.toContain('secret');
});
