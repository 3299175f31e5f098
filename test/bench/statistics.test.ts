import fc from 'fast-check';
import { expect, test } from 'vitest';
import { median, quantile, ratios, spread } from '../../bench/statistics.ts';

test.each([
  { values: [7], q: 0.5, expected: 7 },
  { values: [3, 1, 2], q: 0.5, expected: 2 },
  { values: [4, 1, 3, 2], q: 0.5, expected: 2.5 },
  { values: [10, 20, 30, 40, 50], q: 0.25, expected: 20 },
  { values: [10, 20], q: 0.99, expected: 19.9 },
  { values: [10, 9, 100], q: 0, expected: 9 },
  { values: [10, 9, 100], q: 1, expected: 100 },
])('the $q quantile of $values is $expected', ({ values, q, expected }) => {
  expect(quantile(values, q)).toBeCloseTo(expected, 10);
});

test('nothing has no median', () => {
  expect(() => median([])).toThrow('a series without values has none');
});

test('a quantile lies within the series, whatever the order of the values', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, q) => {
        const found = quantile(values, q);
        expect(found).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
        expect(found).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
        expect(quantile(values.toReversed(), q)).toBe(found);
      },
    ),
  );
});

test('the spread is the median and the quartiles', () => {
  expect(spread([50, 10, 30, 20, 40], 0)).toBe('30 (20 to 40)');
  expect(spread([1.234], 2)).toBe('1.23 (1.23 to 1.23)');
});

test('ratios are taken round by round', () => {
  expect(ratios([10, 30, 8], [5, 10, 8])).toEqual([2, 3, 1]);
});
