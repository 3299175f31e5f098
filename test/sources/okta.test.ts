import { expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const read = (body: unknown) =>
  readEvents('okta', { type: 'okta' }, post(JSON.stringify(body)), new Date('2026-02-01T00:00:00Z'));
const batch = (...events: unknown[]) => ({ eventId: 'delivery', data: { events } });
const user = { id: '00u1', type: 'User', alternateId: 'jane@acme.example', displayName: 'Jane Doe' };

test('each event of a batch is an event, under its own id; what fits no known shape holds up none', async () => {
  const [first, second, third] = await read(
    batch(
      {
        uuid: 'e1',
        eventType: 'user.lifecycle.create',
        published: '2026-01-31T18:42:00.000Z',
        target: [user],
      },
      { uuid: 'e2', eventType: 'user.session.start', target: null },
      { uuid: 'e3' },
    ),
  );
  expect(first).toMatchObject({
    id: 'e1',
    type: 'user.lifecycle.create',
    subject: '00u1',
    data: { person: { id: '00u1', name: 'Jane Doe', email: 'jane@acme.example' } },
  });
  expect(second).toMatchObject({ id: 'e2', subject: 'e2', time: '2026-02-01T00:00:00.000Z' });
  expect(second?.data).not.toHaveProperty('person');
  expect(third).toMatchObject({ type: 'okta.unrecognized', data: { payload: { uuid: 'e3' } } });
  expect(third?.data.unrecognized).toMatch(/^eventType: /);
});

test('a login that is no address is no e-mail', async () => {
  const target = [{ ...user, alternateId: 'unknown' }];
  const [event] = await read(batch({ uuid: 'e1', eventType: 'user.lifecycle.create', target }));
  expect(event?.data.person).toEqual({ id: '00u1', name: 'Jane Doe', email: undefined });
});

test.each([[{}], [[]], [{ data: {} }], [{ data: { events: [] } }], [{ data: { events: {} } }]])(
  '%j is one unrecognized event',
  async (body) => {
    expect(await read(body)).toMatchObject([
      {
        type: 'okta.unrecognized',
        data: { payload: body, unrecognized: expect.stringMatching(/^data\.events: /) },
      },
    ]);
  },
);
