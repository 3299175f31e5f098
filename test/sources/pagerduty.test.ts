import { expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const read = async (body: unknown) => {
  const request = post(JSON.stringify(body));
  const [event] = await readEvents(
    'oncall',
    { type: 'pagerduty' },
    request,
    new Date('2026-02-01T00:00:00Z'),
  );
  return event;
};
const event = (data: unknown) => ({ event: { id: 'e1', event_type: 'x.y', data } });

test.each([
  [
    { type: 'incident_note', id: 'P2', incident: { id: 'PGR0' }, content: 'x' },
    'PGR0',
    { ticket: { id: 'PGR0' } },
  ],
  [{ type: 'service', id: 'PF9' }, 'PF9', {}],
  [
    { type: 'incident', id: 'PGR0', status: 'resolved' },
    'PGR0',
    { ticket: { id: 'PGR0', status: 'resolved' } },
  ],
  [{ type: 'incident_responder', user: { id: 'U1', summary: null } }, 'U1', { person: { id: 'U1' } }],
  [null, 'e1', {}],
])('%j is about %s', async (data, subject, about) => {
  const read_ = await read(event(data));
  expect(read_).toMatchObject({ id: 'e1', type: 'x.y', subject });
  expect(JSON.parse(JSON.stringify(read_?.data))).toEqual({ ...about, payload: event(data) });
});

test.each([
  [{ messages: [] }, /^event: /],
  [{ event: { event_type: 'x' } }, /^event\.id: /],
  [event({ type: 'incident', status: { secret: 1 } }), /^event\.data\.status: /],
])('%j is unrecognized', async (body, unrecognized) => {
  const read_ = await read(body);
  expect(read_).toMatchObject({ type: 'oncall.unrecognized', data: { payload: body } });
  expect(read_?.data.unrecognized).toMatch(unrecognized);
  expect(read_?.data.unrecognized).not.toContain('secret');
});
