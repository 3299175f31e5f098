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

test('an event without an id is unrecognized', async () => {
  const [event] = await read({ event_type: 'company.provisioned' });
  expect(event).toMatchObject({ type: 'payroll.unrecognized' });
  expect(event?.data.unrecognized).toMatch(/^uuid: /);
});
