import { expect, test } from 'vitest';
import type { Mapping } from '../../lambda/configuration.ts';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const read = (body: string, type: string, mapping: Mapping = {}) =>
  readEvents(
    'rippling',
    { type: 'rippling', auth: { bearer: {} }, ...mapping },
    post(body, { 'content-type': type }),
    new Date('2026-02-01T00:00:00Z'),
  );
const FORM = 'application/x-www-form-urlencoded; charset=utf-8';
const JSON_ = 'application/json';

test.each([
  ['employee.hired', { id: 'i1' }],
  ['group.updated', undefined],
  ['leave_request.created', undefined],
])('%s is about the person %j', async (event_name, person) => {
  const [event] = await read(`event_name=${event_name}&id=i1&company_id=c1`, FORM);
  expect(event).toMatchObject({ type: event_name, subject: 'i1' });
  expect(event?.data.person).toEqual(person);
});

test('the address of the administrator is nobody’s', async () => {
  const [event] = await read('event_name=employee.hired&id=i1&company_primary_email=a%40acme.example', FORM);
  expect(event?.data).toEqual({
    person: { id: 'i1' },
    payload: { event_name: 'employee.hired', id: 'i1', company_primary_email: 'a@acme.example' },
  });
});

test('an event of the company is about the company', async () => {
  const [event] = await read('event_name=company.updated&company_id=c1&id=', FORM);
  expect(event?.subject).toBe('c1');
});

test('what is an event and what is not: its name decides', async () => {
  expect(await read('event_name=', FORM)).toMatchObject([{ type: 'rippling.unrecognized' }]);
  expect(await read('{"event_name":["employee.hired"]}', JSON_)).toMatchObject([
    { type: 'rippling.unrecognized' },
  ]);
  expect(await read('{"event_name":"employee.hired","id":"i1"}', JSON_)).toMatchObject([
    { data: { person: { id: 'i1' } } },
  ]);
});

test('a workflow writes our words, or words that the operator maps', async () => {
  expect(await read('{"person":{"extension":1042},"ticket":{"id":7}}', JSON_)).toMatchObject([
    { type: 'rippling.event', data: { person: { extension: '1042' }, ticket: { id: '7' } } },
  ]);
  expect(await read('{"person":"Jane"}', JSON_)).toMatchObject([{ type: 'rippling.unrecognized' }]);
  const mapping = { event: { type: 'hired' }, person: { email: '{% body.mail %}' } };
  expect(await read('{"mail":"jane@acme.example"}', JSON_, mapping)).toMatchObject([
    { type: 'hired', data: { person: { email: 'jane@acme.example' } } },
  ]);
});
