/** Days and spans as onqueue.yaml and HR systems write them. Pure. */

const SPAN = /^(\d{1,4}) (hour|day)s?$/;
const SECONDS = { hour: 60 * 60, day: 24 * 60 * 60 };

/** @returns seconds of `7 days`, `1 hour`; undefined for anything else */
export const spanSeconds = (text: string): number | undefined => {
  const [, count, unit] = SPAN.exec(text) ?? [];
  return unit === 'hour' || unit === 'day' ? Number(count) * SECONDS[unit] : undefined;
};

/**
 * ISO 8601, a date, or a time on that date. A year below 1000 is how systems write that there is no date (0001-01-01),
 * and Date.UTC takes one below 100 for another.
 */
const DATE = /^([1-9]\d{3})-(\d{2})-(\d{2})(?:$|[T ])/;

/**
 * When the clocks of a time zone show a full hour on a day. Where they skip it, in spring, an hour later; where they
 * show it twice, in autumn, the first time.
 *
 * @param day `2026-12-01`, or a time on that day: the date counts as it is written, as many systems write a bare date
 *   as midnight in Greenwich
 * @param timeZone an IANA name
 * @returns milliseconds since 1970, or undefined where `day` is no date
 */
export const hourOfDay = (day: string, hour: number, timeZone: string): number | undefined => {
  const [, year, month, date] = (DATE.exec(day) ?? []).map(Number);
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const wanted = Date.UTC(year, month - 1, date, hour);
  // A day that its month does not have is one of another month's.
  if (new Date(wanted).getUTCMonth() !== month - 1) return undefined;

  const shownAt = clockOf(timeZone);
  // No zone's clock is more than a day off, and none changes twice within two.
  const offsets = [-1, 1].map((side) => {
    const near = wanted + side * SECONDS.day * 1000;
    return shownAt(near) - near;
  });
  const candidates = offsets.map((offset) => wanted - offset).sort((a, b) => a - b);
  return candidates.find((instant) => shownAt(instant) === wanted) ?? candidates[1];
};

/** What the clocks of the zone show at an instant, as if they stood in Greenwich. */
const clockOf = (timeZone: string): ((instant: number) => number) => {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const shown = Object.fromEntries(
      format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
};

/**
 * True for UTC, and for an IANA name of a place that this Node knows. Abbreviations mean several zones, and not what one
 * expects: Node takes BST for Bangladesh's time. An offset knows no summer.
 */
export const isTimeZone = (name: string): boolean => {
  if (name !== 'UTC' && !name.includes('/')) return false;
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};
