import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern, PatternError } from '../../../local/aws/event-pattern.ts';

const EVENT = {
  version: '0',
  source: 'acme.hr',
  'detail-type': 'Employee Hired',
  account: '000000000000',
  time: '2026-11-23T08:00:00Z',
  region: 'us-east-1',
  resources: ['arn:aws:iam::000000000000:user/jane', 'other'],
  detail: {
    department: 'Support',
    team: '',
    manager: null,
    remote: true,
    grade: 7,
    count: 0,
    tags: [],
    skills: ['phone', 'Mail'],
    file: 'contracts/2026/Jane.PDF',
    ip: '10.0.0.7',
    ip6: '2001:db8::1',
    star: 'a*b',
    sites: [
      { city: 'Leeds', desk: 1 },
      { city: 'Cork', desk: 2 },
    ],
    nested: [['deep']],
  },
};

describe.each<[string, [detail: object, matches: boolean][]]>([
  [
    'exact values',
    [
      [{ department: ['Support'] }, true],
      [{ department: ['support'] }, false],
      [{ department: ['Sales', 'Support'] }, true],
      [{ department: ['Sup'] }, false],
      [{ department: ['Support'], grade: [8] }, false],
      [{ grade: [7] }, true],
      [{ grade: [7.0] }, true],
      [{ grade: ['7'] }, false],
      [{ remote: [true] }, true],
      [{ remote: ['true'] }, false],
      [{ remote: [false] }, false],
      [{ manager: [null] }, true],
      [{ missing: [null] }, false],
      [{ team: [''] }, true],
      [{ sites: ['Leeds'] }, false],
    ],
  ],
  [
    'arrays in the event: any element',
    [
      [{ skills: ['phone'] }, true],
      [{ skills: ['fax', 'Mail'] }, true],
      [{ skills: ['fax'] }, false],
      [{ nested: ['deep'] }, true],
      [{ tags: ['phone'] }, false],
    ],
  ],
  [
    'arrays of objects: one of them has it all',
    [
      [{ sites: { city: ['Cork'] } }, true],
      [{ sites: { city: ['Cork'], desk: [2] } }, true],
      [{ sites: { city: ['Cork'], desk: [1] } }, false],
      [{ tags: { city: [{ exists: false }] } }, true],
      [{ tags: { city: [{ exists: true }] } }, false],
    ],
  ],
  [
    'prefix and suffix',
    [
      [{ department: [{ prefix: 'Sup' }] }, true],
      [{ department: [{ prefix: 'sup' }] }, false],
      [{ department: [{ prefix: { 'equals-ignore-case': 'sUP' } }] }, true],
      [{ file: [{ suffix: '.PDF' }] }, true],
      [{ file: [{ suffix: '.pdf' }] }, false],
      [{ file: [{ suffix: { 'equals-ignore-case': '.pdf' } }] }, true],
      [{ grade: [{ prefix: '7' }] }, false],
      [{ skills: [{ prefix: 'M' }] }, true],
    ],
  ],
  [
    'equals-ignore-case',
    [
      [{ department: [{ 'equals-ignore-case': 'sUPPORT' }] }, true],
      [{ department: [{ 'equals-ignore-case': 'suppor' }] }, false],
    ],
  ],
  [
    'anything-but',
    [
      [{ department: [{ 'anything-but': 'Sales' }] }, true],
      [{ department: [{ 'anything-but': 'Support' }] }, false],
      [{ department: [{ 'anything-but': ['Sales', 'Support'] }] }, false],
      [{ grade: [{ 'anything-but': 8 }] }, true],
      [{ grade: [{ 'anything-but': [7, 8] }] }, false],
      [{ grade: [{ 'anything-but': '7' }] }, true],
      [{ missing: [{ 'anything-but': 'Sales' }] }, false],
      [{ department: [{ 'anything-but': { prefix: 'Sup' } }] }, false],
      [{ department: [{ 'anything-but': { prefix: ['Sal', 'Sup'] } }] }, false],
      [{ department: [{ 'anything-but': { prefix: 'Sal' } }] }, true],
      [{ file: [{ 'anything-but': { suffix: '.PDF' } }] }, false],
      [{ file: [{ 'anything-but': { suffix: ['.png', '.jpg'] } }] }, true],
      [{ department: [{ 'anything-but': { 'equals-ignore-case': 'SUPPORT' } }] }, false],
      [{ department: [{ 'anything-but': { 'equals-ignore-case': ['sales', 'support'] } }] }, false],
      [{ file: [{ 'anything-but': { wildcard: '*/2026/*' } }] }, false],
      [{ file: [{ 'anything-but': { wildcard: '*/2025/*' } }] }, true],
    ],
  ],
  [
    'numeric',
    [
      [{ grade: [{ numeric: ['=', 7] }] }, true],
      [{ grade: [{ numeric: ['>', 7] }] }, false],
      [{ grade: [{ numeric: ['>=', 7] }] }, true],
      [{ grade: [{ numeric: ['<', 7] }] }, false],
      [{ grade: [{ numeric: ['<=', 7] }] }, true],
      [{ grade: [{ numeric: ['>', 0, '<=', 7] }] }, true],
      [{ grade: [{ numeric: ['>', 0, '<', 7] }] }, false],
      [{ count: [{ numeric: ['<', 0.5] }] }, true],
      [{ department: [{ numeric: ['>', 0] }] }, false],
      [{ manager: [{ numeric: ['=', 0] }] }, false],
    ],
  ],
  [
    'exists: leaves only',
    [
      [{ department: [{ exists: true }] }, true],
      [{ department: [{ exists: false }] }, false],
      [{ missing: [{ exists: true }] }, false],
      [{ missing: [{ exists: false }] }, true],
      [{ missing: { deeper: [{ exists: false }] } }, true],
      [{ missing: { deeper: [{ exists: true }] } }, false],
      [{ manager: [{ exists: true }] }, true],
      [{ team: [{ exists: true }] }, true],
      [{ tags: [{ exists: true }] }, false],
      [{ tags: [{ exists: false }] }, true],
      [{ sites: [{ exists: true }] }, false],
      [{ missing: ['a', { exists: false }] }, true],
      [{ department: ['Sales', { exists: false }] }, false],
      [{ toString: [{ exists: true }] }, false],
    ],
  ],
  [
    'wildcard',
    [
      [{ file: [{ wildcard: '*' }] }, true],
      [{ file: [{ wildcard: 'contracts/*.PDF' }] }, true],
      [{ file: [{ wildcard: '*/2026/*' }] }, true],
      [{ file: [{ wildcard: 'contracts/*.pdf' }] }, false],
      [{ file: [{ wildcard: 'contracts/2026/Jane.PDF*' }] }, true],
      [{ file: [{ wildcard: 'c*s/2*6/J*' }] }, true],
      [{ department: [{ wildcard: 'Supp*pport' }] }, false],
      [{ star: [{ wildcard: 'a\\*b' }] }, true],
      [{ department: [{ wildcard: 'S\\*t' }] }, false],
      [{ grade: [{ wildcard: '*' }] }, false],
    ],
  ],
  [
    'cidr',
    [
      [{ ip: [{ cidr: '10.0.0.0/24' }] }, true],
      [{ ip: [{ cidr: '10.0.1.0/24' }] }, false],
      [{ ip6: [{ cidr: '2001:db8::/32' }] }, true],
      [{ department: [{ cidr: '10.0.0.0/24' }] }, false],
    ],
  ],
  [
    '$or',
    [
      [{ $or: [{ department: ['Sales'] }, { grade: [{ numeric: ['>', 5] }] }] }, true],
      [{ $or: [{ department: ['Sales'] }, { grade: [1] }] }, false],
      [{ remote: [false], $or: [{ department: ['Support'] }, { grade: [1] }] }, false],
    ],
  ],
])('%s', (_, rows) => {
  test.each(rows)('%j: %s', (detail, matches) => {
    expect(compilePattern({ detail })(EVENT)).toBe(matches);
  });
});

test.each([
  [{ source: ['acme.hr'], 'detail-type': ['Employee Hired'] }, true],
  [{ source: ['acme.hr'], 'detail-type': ['Employee Fired'] }, false],
  [{ resources: [{ prefix: 'arn:aws:iam:' }] }, true],
  [{ $or: [{ source: ['a'] }, { account: ['000000000000'] }] }, true],
])('the envelope: %j: %s', (pattern, matches) => {
  expect(compilePattern(pattern)(EVENT)).toBe(matches);
});

test.each<[unknown, string]>([
  [{}, 'the pattern must be an object with at least one field'],
  [[], 'the pattern must be an object with at least one field'],
  [{ source: 'acme.hr' }, 'source: must be an array of values and filters'],
  [{ source: [] }, 'source: must be an array of values and filters'],
  [{ detail: {} }, 'detail: must not be empty'],
  [{ detail: { a: [['b']] } }, 'detail.a: an array in an array is no filter'],
  [{ a: [{ prefix: 'b', suffix: 'c' }] }, 'a: a filter has exactly one key'],
  [{ a: [{ contains: 'b' }] }, 'a: "contains" is no filter of EventBridge'],
  [{ a: [{ constructor: 'b' }] }, 'a: "constructor" is no filter of EventBridge'],
  [{ a: [{ prefix: 1 }] }, 'a: prefix takes a text'],
  [{ a: [{ exists: 'yes' }] }, 'a: exists must be true or false'],
  [{ a: [{ numeric: ['>'] }] }, 'a: numeric takes one or two comparisons'],
  [{ a: [{ numeric: ['toString', 1] }] }, 'a: numeric compares by =, <, <=, > or >='],
  [{ a: [{ numeric: ['>', '1'] }] }, 'a: numeric compares with a number'],
  [{ a: [{ cidr: '10.0.0.0' }] }, 'a: cidr takes an address range'],
  [{ a: [{ cidr: '10.0.0.0/33' }] }, 'a: cidr takes an address range'],
  [{ a: [{ wildcard: 'a**b' }] }, 'a: wildcard: "**" is not allowed'],
  [{ a: [{ wildcard: 'a\\b' }] }, 'a: wildcard: "\\" stands before'],
  [{ a: [{ 'anything-but': [] }] }, 'a: anything-but takes at least one value'],
  [{ a: [{ 'anything-but': true }] }, 'a: anything-but takes texts and numbers'],
  [{ a: [{ 'anything-but': { numeric: ['>', 1] } }] }, 'a: anything-but takes values or one of'],
  [{ $or: [{ a: ['b'] }] }, '$or: must be an array of two patterns at the least'],
])('refuses %j', (pattern, message) => {
  expect(() => compilePattern(pattern)).toThrow(message);
});

describe('whatever comes', () => {
  const key = fc.constantFrom('source', 'detail', 'a', '$or', '__proto__', 'toString');
  const filter = fc.dictionary(
    fc.constantFrom(
      'prefix',
      'suffix',
      'anything-but',
      'numeric',
      'exists',
      'wildcard',
      'cidr',
      'equals-ignore-case',
    ),
    fc.jsonValue(),
    { maxKeys: 2 },
  );
  const values = fc.array(fc.oneof(fc.string(), fc.integer(), filter), { maxLength: 3 });
  const flat = fc.dictionary(key, values, { maxKeys: 2 });
  const pattern = fc.dictionary(key, fc.oneof(values, flat, fc.array(flat, { maxLength: 3 })), {
    maxKeys: 3,
  });

  test('a pattern compiles or is refused as what it is, and never fails on an event', () => {
    fc.assert(
      fc.property(pattern, fc.jsonValue(), (given, event) => {
        try {
          expect(typeof compilePattern(given)(event)).toBe('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(PatternError);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('an event matches the pattern of its own leaves', () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.string(), leaf, (field, value) => {
        fc.pre(field !== '$or');
        expect(compilePattern({ detail: { [field]: [value] } })({ detail: { [field]: value } })).toBe(true);
      }),
    );
  });

  test('a prefix and everything but it are opposites on any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, prefix) => {
        const is = compilePattern({ a: [{ prefix }] })({ a: text });
        expect(is).toBe(text.startsWith(prefix));
        expect(compilePattern({ a: [{ 'anything-but': { prefix } }] })({ a: text })).toBe(!is);
      }),
    );
  });

  test('an array nested a hundred thousand deep is only an array', () => {
    const event: unknown = JSON.parse(`{"a":${'['.repeat(100_000)}"b"${']'.repeat(100_000)}}`);
    expect(compilePattern({ a: ['b'] })(event)).toBe(true);
    expect(compilePattern({ a: ['c'] })(event)).toBe(false);
  });
});
