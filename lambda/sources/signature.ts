/** Is a request from whom it claims to be? One verifier for every sender: how each one signs is data (`Auth`). */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Auth, Hmac } from '../configuration.ts';
import { rfc3339 } from './time.ts';

/** An HTTP request as it is signed. */
export interface SignedRequest {
  readonly method: string;
  /** The URL that the sender called. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes as they came: JSON that was parsed and written again has another signature. */
  readonly body: Uint8Array;
}

/** Why a request is refused; told apart in the log, never in the answer. */
export type Refusal =
  | 'signature-missing'
  | 'signature-malformed'
  | 'signature-mismatch'
  | 'timestamp-missing'
  | 'timestamp-malformed'
  | 'stale'
  | 'future'
  | 'id-missing';

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly why: Refusal };

const OK: Verdict = { ok: true };
const refused = (why: Refusal): Verdict => ({ ok: false, why });

/** Any of the keys may match: two live side by side during a rotation. A key that is not usable never does. */
export const verify = (auth: Auth, request: SignedRequest, keys: readonly string[], now: Date): Verdict => {
  const secrets = keys.flatMap((key) => secretOf(auth, key) ?? []);
  return 'hmac' in auth ? verifyHmac(auth.hmac, request, secrets, now) : verifySecret(auth, request, secrets);
};

/** False for a key that can never verify: empty, not decodable, or with the line break of a careless paste. */
export const isUsableKey = (auth: Auth, key: string): boolean => secretOf(auth, key) !== undefined;

/** A header's value, or undefined; names like `constructor` find nothing. */
export const headerOf = ({ headers }: SignedRequest, name: string): string | undefined => {
  const key = name.toLowerCase();
  return Object.hasOwn(headers, key) ? headers[key] : undefined;
};

const verifyHmac = (scheme: Hmac, request: SignedRequest, secrets: readonly Buffer[], now: Date): Verdict => {
  const header = headerOf(request, scheme.header);
  if (!header) return refused('signature-missing');
  const signatures = signaturesIn(header, scheme);
  if (signatures.length === 0) return refused('signature-malformed');

  const timestamp = scheme.timestamp && headerOf(request, scheme.timestamp.header);
  if (scheme.timestamp && !timestamp) return refused('timestamp-missing');
  const signedAt = scheme.timestamp && timestamp && instantOf(timestamp, scheme.timestamp.unit);
  if (scheme.timestamp && typeof signedAt !== 'number') return refused('timestamp-malformed');
  const id = scheme.id && headerOf(request, scheme.id);
  if (scheme.id && !id) return refused('id-missing');

  const signed = signedBytes(scheme.signed, request, timestamp, id);
  const matches = secrets.some((secret) => {
    const expected = createHmac(scheme.algorithm, secret).update(signed).digest();
    return signatures.some((signature) => sameBytes(signature, expected));
  });
  if (!matches) return refused('signature-mismatch');

  // After the signature, so that `stale` in the log speaks of the sender's clock or of a replay, not of a stranger.
  return scheme.timestamp && typeof signedAt === 'number'
    ? freshness((now.getTime() - signedAt) / 1000, scheme.timestamp.tolerance)
    : OK;
};

const freshness = (ageSeconds: number, toleranceSeconds: number): Verdict => {
  if (ageSeconds < -toleranceSeconds) return refused('future');
  // Not the other way round: an age that is not a number is refused.
  return ageSeconds <= toleranceSeconds ? OK : refused('stale');
};

/** The signatures of a header; entries of another version (`v2,...` where `v1,` is ours) are passed over. */
const signaturesIn = (header: string, { list, prefix = '', encoding }: Hmac): Buffer[] =>
  (list === undefined ? [header] : header.split(list))
    .map((entry) => entry.trim())
    .filter((entry) => entry.startsWith(prefix))
    .flatMap((entry) => decode(entry.slice(prefix.length), encoding) ?? []);

const signedBytes = (template: string, request: SignedRequest, timestamp = '', id = ''): Buffer => {
  const parts = template.split(/(\{(?:body|timestamp|id|method|url)\})/).map((part) => {
    switch (part) {
      case '{body}':
        return request.body;
      case '{timestamp}':
        return Buffer.from(timestamp);
      case '{id}':
        return Buffer.from(id);
      case '{method}':
        return Buffer.from(request.method);
      case '{url}':
        return Buffer.from(request.url);
      default:
        return Buffer.from(part);
    }
  });
  return Buffer.concat(parts);
};

/** A time of signing in milliseconds since 1970, or undefined; never NaN. */
const instantOf = (text: string, unit: 's' | 'ms' | 'iso'): number | undefined => {
  if (unit === 'iso') {
    const time = rfc3339(text);
    return time === undefined ? undefined : Date.parse(time);
  }
  return /^\d{1,15}$/.test(text) ? Number(text) * (unit === 's' ? 1000 : 1) : undefined;
};

type StaticAuth = Exclude<Auth, { hmac: Hmac }>;

/** Bearer token, Basic password or API key: the secret itself comes with the request. */
const verifySecret = (auth: StaticAuth, request: SignedRequest, secrets: readonly Buffer[]): Verdict => {
  const header = headerOf(request, 'header' in auth ? auth.header.name : 'authorization');
  if (!header) return refused('signature-missing');
  const presented = presentedIn(header, auth);
  if (!presented) return refused('signature-malformed');
  const user = Buffer.from('basic' in auth ? `${auth.basic.username}:` : '');
  const matches = secrets.some((secret) =>
    // Hashed, because a plain comparison of lengths would tell the length of the secret.
    sameBytes(sha256(presented), sha256(Buffer.concat([user, secret]))),
  );
  return matches ? OK : refused('signature-mismatch');
};

const presentedIn = (header: string, auth: StaticAuth): Buffer | undefined => {
  if ('header' in auth) return Buffer.from(header);
  const [, scheme = '', credentials = ''] = /^(\S+) +(\S+)$/.exec(header) ?? [];
  if (scheme.toLowerCase() !== ('bearer' in auth ? 'bearer' : 'basic')) return undefined;
  return 'bearer' in auth ? Buffer.from(credentials) : decode(credentials, 'base64');
};

const secretOf = (auth: Auth, key: string): Buffer | undefined => {
  if (key.trim() === '' || /\p{Cc}/u.test(key)) return undefined;
  switch ('hmac' in auth ? auth.hmac.key : 'text') {
    case 'text':
      return Buffer.from(key);
    case 'base64':
      return decode(key, 'base64');
    case 'whsec':
      return decode(key.replace(/^whsec_/, ''), 'base64');
  }
};

/** Strict where Buffer is lenient, except that base64's padding may be left out. Undefined for no bytes at all. */
const decode = (text: string, encoding: Hmac['encoding']): Buffer | undefined => {
  const bytes = Buffer.from(text, encoding);
  const exact = bytes.toString(encoding).replace(/=+$/, '');
  const given = encoding === 'hex' ? text.toLowerCase() : text;
  const padded = encoding === 'hex' ? exact : exact.padEnd(Math.ceil(exact.length / 4) * 4, '=');
  return bytes.length > 0 && (given === exact || given === padded) ? bytes : undefined;
};

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

const sameBytes = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
