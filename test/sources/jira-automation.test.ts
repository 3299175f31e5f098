import { expect, test } from 'vitest';
import type { SourceOf } from '../../lambda/configuration.ts';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const read = async (body: unknown, more: Partial<SourceOf<'jira-automation'>> = {}) => {
  const source: SourceOf<'jira-automation'> = { type: 'jira-automation', auth: { bearer: {} }, ...more };
  const request = post(JSON.stringify(body));
  const [event] = await readEvents('desk', source, request, new Date('2026-02-01T00:00:00Z'));
  return event;
};

test.each([
  ['Jira format', { issue: { id: 10042, key: 'IT-7', fields: { status: { name: 'Approved' } } } }],
  [
    'Automation format',
    { id: 10042, key: 'IT-7', fields: { status: { name: 'Approved' } }, changelog: null },
  ],
])('an issue in %s, whose id is a number', async (_, body) => {
  expect(await read(body)).toMatchObject({
    type: 'desk.event',
    subject: 'IT-7',
    time: '2026-02-01T00:00:00.000Z',
    data: { ticket: { id: '10042', key: 'IT-7', status: 'Approved' }, payload: body },
  });
});

test("the author's own words go over the issue beside them", async () => {
  const issue = { id: 10042, key: 'IT-7', fields: {} };
  const event = await read({ issue, person: { extension: 1001 }, ticket: { status: 'yes' } });
  expect(event).toMatchObject({ subject: 'IT-7', data: { person: { extension: '1001' } } });
  expect(event?.data.ticket).toEqual({ status: 'yes' });
});

test('JSON that calls something else an issue is mapped', async () => {
  const event = await read(
    { issue: 'IT-7', fields: ['1001'] },
    { ticket: { key: '{% body.issue %}' }, person: { extension: '{% body.fields[0] %}' } },
  );
  expect(event?.data).toMatchObject({ ticket: { key: 'IT-7' }, person: { extension: '1001' } });
});

test('the same content is the same event, another time of update is not', async () => {
  const idOf = async (updated: string) => (await read({ person: { extension: '1001' }, updated }))?.id;
  expect(await idOf('one')).toBe(await idOf('one'));
  expect(await idOf('two')).not.toBe(await idOf('one'));
});

test.each([
  [{ id: 1, key: 'IT-7', fields: { status: 'secret' } }, /^issue\.fields\.status: /],
  [{ person: 'secret' }, /^person: /],
])('%j is unrecognized', async (body, unrecognized) => {
  const event = await read(body);
  expect(event).toMatchObject({ type: 'desk.unrecognized', data: { payload: body } });
  expect(event?.data.unrecognized).toMatch(unrecognized);
  expect(event?.data.unrecognized).not.toContain('secret');
});
