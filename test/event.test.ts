import { expect, test } from 'vitest';
import { boundedName, contentId, deduplicationKey, eventRef, orderingKey } from '../lambda/event.ts';

test('keys tell apart what runs together as text', () => {
  expect(orderingKey({ source: 'a', subject: 'bc' })).not.toBe(orderingKey({ source: 'ab', subject: 'c' }));
  expect(deduplicationKey({ source: 'a', id: 'b' }, 'c')).not.toBe(
    deduplicationKey({ source: 'a', id: 'bc' }, ''),
  );
  expect(contentId('a', 'bc')).not.toBe(contentId('ab', 'c'));
});

test('keys fit what SQS takes: up to 128 letters, digits and punctuation', () => {
  const subject = 'jane doe ♥ '.repeat(100);
  for (const key of [
    orderingKey({ source: 'hr', subject }),
    deduplicationKey({ source: 'hr', id: subject }, subject),
  ])
    expect(key).toMatch(/^[0-9a-f]{64}$/);
});

test('a ref is short, and tells nothing of the id', () => {
  expect(eventRef({ source: 'hr', id: 'jane@acme.example' })).toMatch(/^[0-9a-f]{16}$/);
});

test('a name that is too long becomes a hash, and the same one each time', () => {
  expect(boundedName('x'.repeat(256))).toBe('x'.repeat(256));
  const hashed = boundedName('x'.repeat(257));
  expect(hashed).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(boundedName('x'.repeat(257))).toBe(hashed);
});
