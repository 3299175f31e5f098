import type { SignedRequest } from '../../lambda/sources/request.ts';

/** A POST as `receive` hands it over: header names in lower case, the body in bytes. */
export const post = (body: string | Uint8Array, headers: Record<string, string> = {}): SignedRequest => ({
  method: 'POST',
  url: 'https://hooks.example.com/webhooks/crm',
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  body: typeof body === 'string' ? Buffer.from(body) : body,
});

export const at = (seconds: number): Date => new Date(seconds * 1000);
