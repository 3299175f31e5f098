import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LONGEST_DELAY_SECONDS, nextDelay, secondsUntil } from '../lambda/backoff.ts';

const almostOne = 1 - Number.EPSILON;
const DAY = 86_400;

test.each([
  // [attempts, the longest delay that chance can give]
  [1, 30],
  [2, 60],
  [3, 120],
  [4, 240],
  [10, 14_400],
  [11, 14_400],
  [1000, 14_400],
])('a transient fault, attempt %i: up to %i s', (attempts, longest) => {
  const given = { attempts, ageSeconds: 0, notBefore: 0 };
  expect(nextDelay('transient', { ...given, random: almostOne })).toBe(longest);
  expect(nextDelay('transient', { ...given, random: 0 })).toBe(1);
});

test.each([
  [1, 60],
  [2, 120],
  [7, 3600],
  [50, 3600],
])('a credential at fault, attempt %i: up to %i s', (attempts, longest) =>
  expect(nextDelay('own', { attempts, ageSeconds: 0, notBefore: 0, random: almostOne })).toBe(longest),
);

test.each([
  [1, 300],
  [2, 600],
  [4, 2_400],
  [5, 4_800],
  [6, 7_200],
  [1000, 7_200],
])('whoever is not there yet, attempt %i: up to %i s', (attempts, longest) => {
  const given = { attempts, ageSeconds: 0, notBefore: 0 };
  expect(nextDelay('absent', { ...given, random: almostOne })).toBe(longest);
  expect(nextDelay('absent', { ...given, random: 0 })).toBe(1);
});

test.each([
  ['transient', DAY - 1, true],
  ['transient', DAY, false],
  ['own', DAY, true],
  ['own', 13 * DAY - 1, true],
  ['own', 13 * DAY, false],
  ['absent', 7 * DAY - 1, true],
  ['absent', 7 * DAY, false],
] as const)('%s at the age of %i s: patience is %s', (fault, ageSeconds, patient) =>
  expect(nextDelay(fault, { attempts: 5, ageSeconds, notBefore: 0, random: 0.5 }) !== undefined).toBe(
    patient,
  ),
);

test.each([
  ['longer than its own', 'absent', 90 * DAY, 90 * DAY - 1, true],
  ['longer than its own', 'absent', 90 * DAY, 90 * DAY, false],
  ['shorter than its own', 'absent', 3_600, 3_599, true],
  ['shorter than its own', 'absent', 3_600, 3_600, false],
  ['none at all', 'absent', 0, 0, false],
  ['left open', 'absent', undefined, 7 * DAY - 1, true],
  ['left open', 'absent', undefined, 7 * DAY, false],
  ['of another fault', 'transient', 3_600, 3_600, false],
] as const)('patience that is given, %s: %s, %s s, at the age of %i s: %s', (...row) => {
  const [, fault, patience, ageSeconds, patient] = row;
  const delay = nextDelay(fault, { attempts: 5, ageSeconds, patience, notBefore: 0, random: 0.5 });
  expect(delay !== undefined).toBe(patient);
});

test('Retry-After is honoured, within what SQS can hide', () => {
  const given = { attempts: 1, ageSeconds: 0, random: 0 };
  expect(nextDelay('transient', { ...given, notBefore: 300 })).toBe(300);
  expect(nextDelay('transient', { ...given, notBefore: 10 * DAY })).toBe(41_400);
});

test('every delay is one that SQS takes: whole seconds, 0 to 12 hours', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('transient', 'own', 'absent'),
      fc.integer({ min: 1, max: 2000 }),
      fc.double({ min: 0, max: 1e7, noNaN: true }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (fault, attempts, notBefore, random) => {
        const delay = nextDelay(fault, { attempts, ageSeconds: 0, notBefore, random });
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(1);
        expect(delay).toBeLessThanOrEqual(LONGEST_DELAY_SECONDS);
        expect(LONGEST_DELAY_SECONDS).toBeLessThan(43_200);
      },
    ),
  );
});

test.each([
  // [milliseconds from now, seconds]
  [-5_000, 0],
  [0, 0],
  [1, 1],
  [2_000, 2],
  [11.5 * 3_600_000, 41_400],
  [90 * 86_400_000, 41_400],
])('what is due in %i ms is hidden for %i s, if SQS can hide it for so long', (ms, seconds) =>
  expect(secondsUntil(1_795_435_200_000 + ms, 1_795_435_200_000)).toBe(seconds),
);
