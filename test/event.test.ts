import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import {
  boundedName,
  contentId,
  deduplicationKey,
  eventRef,
  isQueuedEvent,
  orderingKey,
} from '../lambda/event.ts';

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

test('the id of a delivery that has none is a hash of what it says, as another program has it', () => {
  // printf '2:hr1:a2:bc' | sha256sum
  expect(contentId('hr', 'a', 'bc')).toBe(
    'sha256:f8cc1baabc9c3b515ccb8183f2caff5a580d263d91508a1b48e9b1cd2278d01b',
  );
});

/** A second opinion on what an event of ours is. */
const word = z.string().min(1).optional();
const name = z.string().min(1).max(256);
const contract = z.object({
  specversion: z.literal('1.0'),
  id: name,
  source: name,
  type: name,
  subject: name,
  time: z.iso.datetime({ offset: true }),
  datacontenttype: z.literal('application/json'),
  data: z.object({
    person: z
      .object({
        ...{ id: word, email: word, extension: word, workPhone: word, name: word, department: word },
        ...{ division: word, location: word, title: word, employeeNumber: word, startDate: word },
        status: word,
        changedFields: z.array(z.string()).optional(),
      })
      .optional(),
    ticket: z
      .object({
        ...{ id: word, key: word, type: word, status: word, requesterEmail: word },
        fields: z.record(z.string(), z.unknown()).optional(),
      })
      .optional(),
    unrecognized: z.string().optional(),
    payload: z.unknown(),
  }),
});

const WHOLE = {
  specversion: '1.0',
  id: 'e1',
  source: 'hr',
  type: 'employee.updated',
  subject: '77',
  time: '2026-11-23T11:59:00+01:00',
  datacontenttype: 'application/json',
  data: {
    person: {
      ...{
        id: '77',
        email: 'u@acme.example',
        extension: '1000',
        workPhone: '1',
        name: 'A B',
        department: 'S',
      },
      ...{ division: 'D', location: 'L', title: 'T', employeeNumber: '7', startDate: '2026-12-01' },
      status: 'Active',
      changedFields: ['Department'],
    },
    ticket: {
      ...{ id: '1', key: 'HR-1', type: 'Request', status: 'Done', requesterEmail: 'u@acme.example' },
      fields: { a: 1 },
    },
    unrecognized: 'employees: must be a list',
    payload: { any: ['thing'] },
  },
};

test('an event of ours is told from what is none', () => {
  expect(isQueuedEvent(WHOLE)).toBe(true);
  for (const other of [undefined, null, 'text', [WHOLE], {}, { ...WHOLE, data: [] }])
    expect(isQueuedEvent(other)).toBe(false);
});

/** Every place in it: the names that lead there. */
const placesIn = (value: unknown, path: readonly string[] = []): (readonly string[])[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? [
        ...(path.length > 0 ? [path] : []),
        ...Object.entries(value).flatMap(([key, each]) => placesIn(each, [...path, key])),
      ]
    : [path];

const put = (value: unknown, [key = '', ...rest]: readonly string[], replacement: unknown): unknown =>
  Object.fromEntries(
    Object.entries(value as object).flatMap(([name, each]): [string, unknown][] => {
      if (name !== key) return [[name, each]];
      const made = rest.length > 0 ? put(each, rest, replacement) : replacement;
      return made === undefined ? [] : [[name, made]];
    }),
  );

test('wherever it is changed, and to what, it is one of ours exactly where the contract says so', () => {
  const places = placesIn(WHOLE);
  expect(places.length).toBeGreaterThan(25);
  const replacement = fc.oneof(
    fc.constantFrom(undefined, null, '', 'x', 'x'.repeat(256), 'x'.repeat(257), 0, true, [], {}, ['x'], [1]),
    fc.constantFrom(
      '1.0',
      '2026-02-30T00:00:00Z',
      '2026-02-28T00:00:00Z',
      '2026-02-28T00:00:00',
      '2026-02-28',
    ),
    fc.constantFrom(
      { length: 5 },
      { length: { length: 1 } },
      { id: '' },
      { fields: [] },
      { changedFields: 'x' },
    ),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.constantFrom(...places), replacement, (place, value) => {
      const changed: unknown = JSON.parse(JSON.stringify(put(WHOLE, place, value)));
      expect(isQueuedEvent(changed)).toBe(contract.safeParse(changed).success);
    }),
    { numRuns: 3000 },
  );
});
