import * as z from 'zod';

const dateTime = z.iso.datetime({ offset: true }).max(40);

/** The time as RFC 3339 writes it, or undefined; a zone without its colon (`+0000`) gets one. */
export const rfc3339 = (text: string): string | undefined => {
  const parsed = dateTime.safeParse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return parsed.success ? parsed.data : undefined;
};

export type TimeUnit = 's' | 'ms' | 'iso';

/** Milliseconds since 1970 of a time as senders write it, as text or as a number, or undefined; never NaN. */
export const millisOf = (value: unknown, unit: TimeUnit): number | undefined => {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  if (unit === 'iso') {
    const time = rfc3339(text);
    return time === undefined ? undefined : Date.parse(time);
  }
  return /^\d{1,15}$/.test(text) ? Number(text) * (unit === 's' ? 1000 : 1) : undefined;
};

/** The same as RFC 3339, or undefined for what is no time, or beyond the year 9999. */
export const timeOf = (value: unknown, unit: 's' | 'ms'): string | undefined => {
  const millis = millisOf(value, unit);
  return millis === undefined || millis > 253_402_300_799_999 ? undefined : new Date(millis).toISOString();
};
