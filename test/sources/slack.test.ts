import { expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const readRequest = (request: ReturnType<typeof post>) =>
  readEvents('slack', { type: 'slack' }, request, new Date('2026-02-01T00:00:00Z'));
const read = (body: unknown) => readRequest(post(JSON.stringify(body)));
const form = (fields: Record<string, string>) =>
  readRequest(
    post(new URLSearchParams(fields).toString(), { 'content-type': 'application/x-www-form-urlencoded' }),
  );

test('an event about a user of whom only the id is given', async () => {
  const body = { event_id: 'Ev1', event_time: 1700000000, event: { type: 'reaction_added', user: 'U1' } };
  expect(await read(body)).toMatchObject([
    { id: 'Ev1', type: 'reaction_added', subject: 'U1', time: '2023-11-14T22:13:20.000Z' },
  ]);
});

test('an event without a user', async () => {
  const [event] = await read({ event_id: 'Ev1', event: { type: 'channel_rename' } });
  expect(event).toMatchObject({ id: 'Ev1', subject: 'Ev1' });
  expect(event?.data).not.toHaveProperty('person');
});

test.each([
  [{ type: 'app_rate_limited' }, /^event_id: /],
  [{ event_id: 'Ev1', event: { type: 'team_join', user: ['secret'] } }, /^event\.user: /],
])('%j is unrecognized', async (body, unrecognized) => {
  const [event] = await read(body);
  expect(event).toMatchObject({ type: 'slack.unrecognized', data: { payload: body } });
  expect(event?.data.unrecognized).toMatch(unrecognized);
  expect(event?.data.unrecognized).not.toContain('secret');
});

test('an interaction that is no JSON is unrecognized', async () => {
  expect(await form({ payload: 'secret' })).toMatchObject([
    { type: 'slack.unrecognized', data: { payload: { payload: 'secret' } } },
  ]);
});

test('the payload of an interaction is what is in its field', async () => {
  const payload = { type: 'view_submission', trigger_id: '1.2', view: { id: 'V1' } };
  expect(await form({ payload: JSON.stringify(payload) })).toMatchObject([
    { id: '1.2', type: 'view_submission', data: { payload } },
  ]);
});
