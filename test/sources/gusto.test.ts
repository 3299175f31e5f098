import { expect, test } from 'vitest';
import { readEvents } from '../../lambda/sources/source.ts';
import { post } from './request.ts';

const read = (body: unknown) =>
  readEvents('payroll', { type: 'gusto' }, post(JSON.stringify(body)), new Date('2026-02-01T00:00:00Z'));

test('an event about the company has it as subject, and nobody as person', async () => {
  const [event] = await read({ uuid: 'e1', event_type: 'company.provisioned', resource_uuid: 'c1' });
  expect(event).toMatchObject({ id: 'e1', type: 'company.provisioned', subject: 'c1' });
  expect(event?.data).not.toHaveProperty('person');
});

test('without a uuid the content is the id, the same over retries', async () => {
  const [event] = await read({ event_type: 'company.provisioned' });
  const [again] = await read({ event_type: 'company.provisioned' });
  const [other] = await read({ event_type: 'company.updated' });
  expect(event).toMatchObject({ type: 'company.provisioned', id: again?.id });
  expect(other?.id).not.toBe(event?.id);
});

test('what has no type is unrecognized', async () => {
  const [event] = await read({ uuid: 'e1' });
  expect(event?.data.unrecognized).toMatch(/^event_type: /);
});
