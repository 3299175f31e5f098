import { expect, test } from 'vitest';
import type { SourceOf } from '../../lambda/configuration.ts';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const read = async (body: unknown, more: Partial<SourceOf<'servicenow'>> = {}) => {
  const source: SourceOf<'servicenow'> = { type: 'servicenow', auth: { bearer: {} }, ...more };
  const request = post(JSON.stringify(body));
  const [event] = await readEvents('snow', source, request, new Date('2026-02-01T00:00:00Z'));
  return event;
};
const record = { table: 'sc_req_item', sys_id: 'a1', sys_mod_count: 4 };

test('table, record and count of changes are the id, however often it is sent', async () => {
  expect((await read(record))?.id).toBe('sc_req_item/a1/4');
  expect((await read({ ...record, approval: 'approved' }))?.id).toBe('sc_req_item/a1/4');
  expect((await read({ ...record, sys_mod_count: '5' }))?.id).toBe('sc_req_item/a1/5');
});

test.each(['table', 'sys_id', 'sys_mod_count'])('without %s, the content is the id', async (column) => {
  expect((await read({ ...record, [column]: '' }))?.id).toMatch(/^sha256:/);
});

test.each([
  ['2026-01-31 18:42:00', '2026-01-31T18:42:00Z'],
  ['2026-01-31T18:42:00Z', '2026-01-31T18:42:00Z'],
  ['31/01/2026 18:42:00', '2026-02-01T00:00:00.000Z'],
])('the time %s is %s', async (sys_updated_on, time) => {
  expect((await read({ ...record, sys_updated_on }))?.time).toBe(time);
});

test('person and ticket in our words, and a mapping, go over the columns', async () => {
  const body = {
    ...record,
    requested_for: { email: 'boss@acme.example' },
    person: { email: 'jane@acme.example' },
    desk: 7,
  };
  const event = await read(body, { person: { location: '{% $string(body.desk) %}' } });
  expect(event?.data.person).toEqual({ email: 'jane@acme.example', location: '7' });
  expect(event?.data.ticket).toMatchObject({ id: 'a1' });
});

test.each([
  [{ ...record, requested_for: 'secret' }, /^requested_for: /],
  [{ ...record, variables: 'secret' }, /^variables: /],
  [['secret'], /^the body: /],
])('%j is unrecognized', async (body, unrecognized) => {
  const event = await read(body);
  expect(event).toMatchObject({ type: 'snow.unrecognized', data: { payload: body } });
  expect(event?.data.unrecognized).toMatch(unrecognized);
  expect(event?.data.unrecognized).not.toContain('secret');
});
