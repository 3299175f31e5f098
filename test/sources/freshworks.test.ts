import { describe, expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import type { WebhookSource } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const auth = { bearer: {} };
const read = async (source: WebhookSource, body: unknown) => {
  const request = post(JSON.stringify(body));
  const [event] = await readEvents('desk', source, request, new Date('2026-02-01T00:00:00Z'));
  return event;
};

describe.each(['freshdesk', 'freshservice'] as const)('%s', (type) => {
  const source = { type, auth };
  const simple = (keys: unknown) => ({ [`${type}_webhook`]: keys });

  test('all keys that came are fields of the ticket, by their own names', async () => {
    const keys = { ticket_id: 'SR-17', ticket_cf_queue: '3000', ticket_status: null };
    expect((await read(source, simple(keys)))?.data).toMatchObject({
      ticket: { id: 'SR-17', fields: keys },
      payload: simple(keys),
    });
  });

  test('the keys of the other product are only payload', async () => {
    const event = await read(source, { other_webhook: { ticket_id: 1 } });
    expect(event).toMatchObject({ type: 'desk.event' });
    expect(event?.data).not.toHaveProperty('ticket');
  });

  test('another time of update is another event', async () => {
    const idOf = async (at: string) =>
      (await read(source, simple({ ticket_id: 1, ticket_updated_at: at })))?.id;
    expect(await idOf('one')).toBe(await idOf('one'));
    expect(await idOf('two')).not.toBe(await idOf('one'));
  });

  test.each([
    [simple('secret'), /^the body: /],
    [simple({ ticket_status: ['secret'] }), /^ticket_status: /],
    [{ ticket: 'secret' }, /^ticket: /],
  ])('%j is unrecognized', async (body, unrecognized) => {
    const event = await read(source, body);
    expect(event).toMatchObject({ type: 'desk.unrecognized', data: { payload: body } });
    expect(event?.data.unrecognized).toMatch(unrecognized);
    expect(event?.data.unrecognized).not.toContain('secret');
  });
});
