import * as z from 'zod';

const dateTime = z.iso.datetime({ offset: true }).max(40);

/** The time as RFC 3339 writes it, or undefined; a zone without its colon (`+0000`) gets one. */
export const rfc3339 = (text: string): string | undefined => {
  const parsed = dateTime.safeParse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return parsed.success ? parsed.data : undefined;
};
