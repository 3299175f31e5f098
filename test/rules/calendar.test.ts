import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hourOfDay, isTimeZone, spanSeconds } from '../../lambda/rules/calendar.ts';

describe('a span', () => {
  test.each([
    ['7 days', 604_800],
    ['1 day', 86_400],
    ['1 hour', 3_600],
    ['12 hours', 43_200],
    ['0 days', 0],
    ['2160 hours', 7_776_000],
    ['9999 days', 863_913_600],
  ])('%s', (text, seconds) => expect(spanSeconds(text)).toBe(seconds));

  test.each([
    '',
    '7',
    'days',
    '7days',
    '7  days',
    ' 7 days',
    '7 days ',
    '7 days\n',
    '7 Days',
    '7 weeks',
    '7 minutes',
    '-7 days',
    '1.5 days',
    '٧ days',
    '10000 days',
    '7 days and 3 hours',
    '7 toString',
  ])('%j is none', (text) => expect(spanSeconds(text)).toBeUndefined());
});

describe('an hour of a day', () => {
  test.each([
    ['in winter', '2026-12-01', 7, 'Europe/London', '2026-12-01T07:00:00.000Z'],
    ['in summer', '2026-07-01', 7, 'Europe/London', '2026-07-01T06:00:00.000Z'],
    ['in UTC', '2026-07-01', 7, 'UTC', '2026-07-01T07:00:00.000Z'],
    ['the last of a day', '2026-12-01', 23, 'Europe/London', '2026-12-01T23:00:00.000Z'],
    ['of a leap day', '2028-02-29', 0, 'Europe/Berlin', '2028-02-28T23:00:00.000Z'],

    ['before it is skipped', '2026-03-29', 0, 'Europe/London', '2026-03-29T00:00:00.000Z'],
    ['skipped', '2026-03-29', 1, 'Europe/London', '2026-03-29T01:00:00.000Z'],
    ['after it was skipped', '2026-03-29', 2, 'Europe/London', '2026-03-29T01:00:00.000Z'],
    ['skipped, in the west', '2026-03-08', 2, 'America/New_York', '2026-03-08T07:00:00.000Z'],
    ['skipped, in the south', '2026-10-04', 2, 'Australia/Sydney', '2026-10-03T16:00:00.000Z'],
    ['skipped, at midnight', '2026-09-06', 0, 'America/Santiago', '2026-09-06T04:00:00.000Z'],
    ['skipped by half', '2026-10-04', 2, 'Australia/Lord_Howe', '2026-10-03T15:30:00.000Z'],
    ['of a day that was skipped', '2011-12-30', 7, 'Pacific/Apia', '2011-12-30T17:00:00.000Z'],

    ['before it comes twice', '2026-10-25', 0, 'Europe/London', '2026-10-24T23:00:00.000Z'],
    ['that comes twice', '2026-10-25', 1, 'Europe/London', '2026-10-25T00:00:00.000Z'],
    ['after it came twice', '2026-10-25', 2, 'Europe/London', '2026-10-25T02:00:00.000Z'],
    ['that comes twice, in the west', '2026-11-01', 1, 'America/New_York', '2026-11-01T05:00:00.000Z'],
    ['that comes twice, in the south', '2026-04-05', 2, 'Australia/Sydney', '2026-04-04T15:00:00.000Z'],
    ['that comes twice, at midnight', '2026-10-29', 23, 'Africa/Cairo', '2026-10-29T20:00:00.000Z'],

    ['where the day begins first', '2026-12-01', 7, 'Pacific/Kiritimati', '2026-11-30T17:00:00.000Z'],
    ['where it begins last', '2026-12-01', 7, 'Pacific/Pago_Pago', '2026-12-01T18:00:00.000Z'],
    ['off by quarters', '2026-12-01', 7, 'Asia/Kathmandu', '2026-12-01T01:15:00.000Z'],
    ['of a new year', '2027-01-01', 0, 'Asia/Tokyo', '2026-12-31T15:00:00.000Z'],
    ['of the last day there is', '9999-12-31', 23, 'Pacific/Honolulu', '+010000-01-01T09:00:00.000Z'],
    ['of long ago', '1000-01-01', 7, 'UTC', '1000-01-01T07:00:00.000Z'],

    ['as databases write it', '2026-12-01 00:00:00', 7, 'UTC', '2026-12-01T07:00:00.000Z'],
    ['as midnight in Greenwich', '2026-12-01T00:00:00.000Z', 0, 'Asia/Kolkata', '2026-11-30T18:30:00.000Z'],
    ['as a time with an offset', '2026-12-01T23:30:00-08:00', 7, 'Europe/London', '2026-12-01T07:00:00.000Z'],
  ])('%s: %s %i:00 %s', (_, day, hour, timeZone, expected) => {
    const at = hourOfDay(day, hour, timeZone);
    expect(at === undefined ? at : new Date(at).toISOString()).toBe(expected);
  });

  test.each([
    '',
    '1/2/2026',
    '01.12.2026',
    '20261201',
    '2026-12',
    '2026-12-1',
    '26-12-01',
    '+2026-12-01',
    ' 2026-12-01',
    '2026-12-01\n',
    '2026-12-011',
    '2026-02-29',
    '2026-02-30',
    '2026-04-31',
    '2026-00-10',
    '2026-13-01',
    '2026-12-00',
    '2026-12-32',
    'soon',
  ])('%j is no date', (day) => expect(hourOfDay(day, 7, 'UTC')).toBeUndefined());

  test.each(['0000-00-00', '0001-01-01T00:00:00', '0026-12-01', '0999-12-31'])(
    '%s is how a system writes that there is none',
    (day) => expect(hourOfDay(day, 7, 'UTC')).toBeUndefined(),
  );
});

const MINUTE = 60_000;

test('for any day and hour, it is the first instant at which the clocks show it, or soon after where none does', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2000-01-01'), max: new Date('2060-12-31'), noInvalidDate: true }),
      fc.nat(23),
      fc.constantFrom(
        'Europe/London',
        'America/New_York',
        'America/St_Johns',
        'America/Santiago',
        'Australia/Lord_Howe',
        'Pacific/Chatham',
        'Pacific/Kiritimati',
        'Pacific/Pago_Pago',
        'Africa/Casablanca',
        'Asia/Kathmandu',
      ),
      (date, hour, timeZone) => {
        const day = date.toISOString().slice(0, 10);
        const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
        const wanted = `${day} ${String(hour).padStart(2, '0')}:00`;
        const near = Date.parse(`${wanted.replace(' ', 'T')}Z`);
        const instants = Array.from({ length: 4 * 30 }, (_, i) => near + (i - 60) * 15 * MINUTE);
        const first = instants.find((instant) => clock.format(instant) === wanted);
        const at = hourOfDay(day, hour, timeZone);
        if (first !== undefined) {
          expect(at).toBe(first);
          return;
        }
        // Skipped: an hour that the clocks do show, and none that they show before it.
        const shown = clock.format(at);
        expect(shown > wanted).toBe(true);
        const late = Date.parse(`${shown.replace(' ', 'T')}Z`) - near;
        expect(late).toBeLessThanOrEqual(60 * MINUTE);
      },
    ),
    { numRuns: 300, examples: [[new Date('2026-03-29'), 1, 'Europe/London']] },
  );
});

test('for any text: a date, or none, but no fall', () => {
  const digits = fc.string({ unit: fc.constantFrom('0', '1', '2', '3', '9', '-', 'T', ' '), maxLength: 14 });
  fc.assert(
    fc.property(fc.oneof(fc.string(), digits), fc.nat(23), (day, hour) => {
      const at = hourOfDay(day, hour, 'Europe/London');
      expect(at === undefined || Number.isSafeInteger(at)).toBe(true);
    }),
  );
});

describe('a time zone', () => {
  test.each(['Europe/London', 'europe/london', 'America/Argentina/Buenos_Aires', 'Asia/Kolkata', 'UTC'])(
    '%s',
    (name) => expect(isTimeZone(name)).toBe(true),
  );

  test.each([
    ['a slip', 'Europe/Londn'],
    ['nothing', ''],
    ['a continent', 'Europe'],
    ['an offset, which knows no summer', '+01:00'],
    ['what Node takes for Bangladesh', 'BST'],
    ['what Node takes for Panama', 'EST'],
    ['a path', 'Europe/../London'],
    ['more than a name', 'Europe/London '],
  ])('%s is none: %j', (_, name) => expect(isTimeZone(name)).toBe(false));
});
