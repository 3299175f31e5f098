import { expect, test } from 'vitest';
import type { SourceOf } from '../../lambda/configuration.ts';
import { readEvents } from '../../lambda/sources/source.ts';
import { ZENDESK, ZENDESK_GO } from './known-answers.ts';
import { post } from './request.ts';

const receivedAt = new Date('2026-02-01T00:00:00Z');
const read = (body: unknown, more: Partial<SourceOf<'zendesk'>> = {}) =>
  readEvents('desk', { type: 'zendesk', ...more }, post(JSON.stringify(body)), receivedAt);

test('a ticket event', async () => {
  expect(await readEvents('desk', { type: 'zendesk' }, ZENDESK.request, receivedAt)).toMatchObject([
    {
      id: 'evt-test-1',
      type: 'zen:event-type:ticket.created',
      subject: '35436',
      time: '2024-04-17T17:18:10Z',
      data: { ticket: { id: '35436', status: 'NEW' }, payload: { account_id: 12514403 } },
    },
  ]);
});

test('a user event', async () => {
  expect(await readEvents('desk', { type: 'zendesk' }, ZENDESK_GO.request, receivedAt)).toMatchObject([
    {
      id: '6b9bbadf-5725-4e92-bebe-7b71011bf5f1',
      type: 'zen:event-type:user.group_membership_created',
      subject: '6596848315901',
      data: { person: { id: '6596848315901', email: 'user.name@example.com' } },
    },
  ]);
});

test('a changed custom field is found by its title and by its id', async () => {
  const body = (current: unknown) => ({
    type: 'zen:event-type:ticket.custom_field_changed',
    id: 'e1',
    time: '2026-01-31T18:42:00Z',
    subject: 'zen:ticket:35436',
    detail: { id: '35436', type: null, status: 'OPEN' },
    event: {
      current,
      previous: { value: 'no' },
      custom_field: { id: 360001, title: 'Approved', type: 'text' },
    },
  });
  for (const current of [{ value: 'yes' }, 'yes'])
    expect((await read(body(current)))[0]?.data.ticket).toEqual({
      id: '35436',
      status: 'OPEN',
      type: undefined,
      fields: { '360001': 'yes', Approved: 'yes' },
    });
});

test('a custom field that was cleared is null', async () => {
  const event = { current: null, custom_field: { id: '1' } };
  const body = {
    type: 'zen:event-type:ticket.custom_field_changed',
    id: 'e1',
    subject: 'zen:ticket:7',
    event,
  };
  expect(await read(body)).toMatchObject([{ data: { ticket: { id: '7', fields: { '1': null } } } }]);
});

test('an event about neither ticket nor user keeps its own subject', async () => {
  const [event] = await read({
    type: 'zen:event-type:organization.created',
    id: 'e1',
    subject: 'zen:organization:7',
  });
  expect(event).toMatchObject({ id: 'e1', subject: 'zen:organization:7', time: '2026-02-01T00:00:00.000Z' });
  expect(event?.data).not.toHaveProperty('ticket');
});

test("a trigger's own JSON: person and ticket in our words, ids as text", async () => {
  const body = {
    person: { email: 'jane@acme.example', extension: 2001, department: '' },
    ticket: { id: 35436, status: 'Solved', fields: { approved: true } },
  };
  const [event] = await read(body);
  expect(event).toMatchObject({
    type: 'desk.event',
    subject: 'jane@acme.example',
    data: {
      person: { email: 'jane@acme.example', extension: '2001' },
      ticket: { id: '35436', status: 'Solved', fields: { approved: true } },
      payload: body,
    },
  });
  expect(event?.data.person).not.toHaveProperty('department');
});

test('a trigger has its content as id, whatever an unsigned header says', async () => {
  const idOf = async (body: string, invocation: string) => {
    const request = post(body, { 'X-Zendesk-Webhook-Invocation-Id': invocation });
    return (await readEvents('desk', { type: 'zendesk' }, request, receivedAt))[0]?.id;
  };
  const first = await idOf('{"ticket":{"id":1}}', 'one');
  expect(first).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(await idOf('{"ticket":{"id":1}}', 'two')).toBe(first);
  expect(await idOf('{"ticket":{"id":2}}', 'one')).not.toBe(first);
});

test('the mapping takes what a trigger calls by other names', async () => {
  const [event] = await read(
    { person: 'jane@acme.example', change: '35436/7', team: 'Support' },
    {
      event: { id: '{% body.change %}', type: 'hire.approved' },
      person: { email: '{% body.person %}', department: '{% body.team %}' },
    },
  );
  expect(event).toMatchObject({
    id: '35436/7',
    type: 'hire.approved',
    subject: 'jane@acme.example',
    data: { person: { email: 'jane@acme.example', department: 'Support' } },
  });
});

test.each([
  [{ type: 'zen:event-type:ticket.created', subject: 'zen:ticket:1' }, /^id: /],
  [{ type: 'zen:event-type:ticket.created', id: 'e1', detail: { status: ['secret'] } }, /^detail\.status: /],
  [{ person: 'secret' }, /^person: /],
  [
    { person: { email: { secret: 1 } }, ticket: { fields: 'secret' } },
    /^person\.email: .*; ticket\.fields: /,
  ],
  [{ ticket: { id: 12345678901234567890 } }, /^ticket\.id: /],
])('%j is unrecognized', async (body, unrecognized) => {
  const [event] = await read(body);
  expect(event).toMatchObject({ type: 'desk.unrecognized', data: { payload: body } });
  expect(event?.data.unrecognized).toMatch(unrecognized);
  expect(event?.data.unrecognized).not.toContain('secret');
});

test('an event that fits no known shape keeps its id', async () => {
  const [event] = await read({ type: 'zen:event-type:ticket.created', id: 'e1', detail: 'none' });
  expect(event).toMatchObject({ type: 'desk.unrecognized', id: 'e1' });
});
