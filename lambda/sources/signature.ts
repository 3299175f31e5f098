/** Is a request from whom it claims to be? One verifier for every sender: how each one signs is data (`Scheme`). */
import {
  createHash,
  createHmac,
  createPublicKey,
  createSecretKey,
  timingSafeEqual,
  verify as verifyAsymmetric,
} from 'node:crypto';
import { own, peek } from './body.ts';
import { decode, secretOf } from './key.ts';
import { headerOf, queryOf } from './request.ts';
import type { SignedRequest } from './request.ts';
import { listOf, signedOf } from './scheme.ts';
import type { Scheme, Schemes, Signed, StaticSecret, Timestamp } from './scheme.ts';
import { millisOf } from './time.ts';

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
export const verify = (
  schemes: Schemes,
  request: SignedRequest,
  keys: readonly string[],
  now: Date,
): Verdict => {
  const list = listOf(schemes);
  const schemeOf = (key: string): Scheme | undefined => {
    const usable = list.filter((scheme) => secretOf(scheme, key));
    return usable.find((scheme) => carries(request, scheme)) ?? usable[0];
  };
  const verdicts = list.flatMap((scheme) => {
    const secrets = keys.flatMap((key) => (schemeOf(key) === scheme ? (secretOf(scheme, key) ?? []) : []));
    return secrets.length > 0 ? [check(scheme, request, secrets, now)] : [];
  });
  // Of several schemes, the one that gets furthest tells what is wrong.
  const [best] = verdicts.toSorted((a, b) => rankOf(a) - rankOf(b));
  return best ?? refused('signature-mismatch');
};

const rankOf = (verdict: Verdict): number => {
  if (verdict.ok) return 0;
  if (verdict.why === 'stale' || verdict.why === 'future') return 1;
  return verdict.why === 'signature-mismatch' ? 2 : 3;
};

/** False for a key that can never verify. */
export const isUsableKey = (schemes: Schemes, key: string): boolean =>
  listOf(schemes).some((scheme) => secretOf(scheme, key) !== undefined);

/** Of a signature's header alone: no sender has several schemes and one of them without a signature. */
const carries = (request: SignedRequest, scheme: Scheme): boolean => {
  const signed = signedOf(scheme);
  return Boolean(signed && headerOf(request, signed.header));
};

/** @param secrets at least one, and those that the scheme can use */
const check = (scheme: Scheme, request: SignedRequest, secrets: readonly Buffer[], now: Date): Verdict => {
  if ('hmac' in scheme)
    return checkSignature(scheme.hmac, request, secrets, now, (signed, signature, secret) =>
      // A key object: of bare bytes, Node takes three times as long.
      sameBytes(
        signature,
        createHmac(scheme.hmac.algorithm, createSecretKey(secret)).update(signed).digest(),
      ),
    );
  if ('hash' in scheme)
    return checkSignature(scheme.hash, request, secrets, now, (signed, signature, secret) =>
      sameBytes(signature, sha256(Buffer.concat([secret, signed]))),
    );
  if ('ed25519' in scheme)
    return checkSignature(scheme.ed25519, request, secrets, now, (signed, signature, publicKey) => {
      const x = publicKey.toString('base64url');
      const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
      return verifyAsymmetric(null, signed, key, signature);
    });
  return checkSecret(scheme, request, secrets);
};

const checkSignature = (
  scheme: Signed,
  request: SignedRequest,
  secrets: readonly Buffer[],
  now: Date,
  matches: (signed: Buffer, signature: Buffer, secret: Buffer) => boolean,
): Verdict => {
  const header = headerOf(request, scheme.header);
  if (!header) return refused('signature-missing');
  const signatures = signaturesIn(header, scheme);
  if (signatures.length === 0) return refused('signature-malformed');

  const inHeader = scheme.timestamp?.header;
  const timestamp = inHeader && headerOf(request, inHeader);
  if (scheme.timestamp && inHeader) {
    if (!timestamp) return refused('timestamp-missing');
    if (millisOf(timestamp, scheme.timestamp.unit) === undefined) return refused('timestamp-malformed');
  }
  const id = scheme.id && headerOf(request, scheme.id);
  if (scheme.id && !id) return refused('id-missing');

  const signed = signedBytes(scheme, request, timestamp, id);
  if (!secrets.some((secret) => signatures.some((signature) => matches(signed, signature, secret))))
    return refused('signature-mismatch');

  // After the signature, so that `stale` in the log speaks of the sender's clock or of a replay, not of a stranger.
  if (!scheme.timestamp) return OK;
  const { body: inBody } = scheme.timestamp;
  return freshness(scheme.timestamp, inBody === undefined ? timestamp : own(peek(request), inBody), now);
};

const freshness = ({ unit, tolerance }: Timestamp, timestamp: unknown, now: Date): Verdict => {
  if (timestamp === undefined) return refused('timestamp-missing');
  const signedAt = millisOf(timestamp, unit);
  if (signedAt === undefined) return refused('timestamp-malformed');
  const ageSeconds = (now.getTime() - signedAt) / 1000;
  if (ageSeconds < -tolerance) return refused('future');
  // Not the other way round: an age that is not a number is refused.
  return ageSeconds <= tolerance ? OK : refused('stale');
};

/** The signatures of a header; entries of another version (`v2,...` where `v1,` is ours) are passed over. */
const signaturesIn = (header: string, { list, prefix = '', prefixOptional, encoding }: Signed): Buffer[] =>
  (list === undefined ? [header] : header.split(list))
    .map((entry) => entry.trim())
    .filter((entry) => entry.startsWith(prefix) || prefixOptional)
    .flatMap(
      (entry) => decode(entry.startsWith(prefix) ? entry.slice(prefix.length) : entry, encoding) ?? [],
    );

const signedBytes = (
  { signed, decodedInUrl }: Signed,
  request: SignedRequest,
  timestamp = '',
  id = '',
): Buffer => {
  const parts = signed.split(/(\{(?:body|timestamp|id|method|url)\})/).map((part) => {
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
        return Buffer.from(decodedUrl(request.url, decodedInUrl));
      default:
        return Buffer.from(part);
    }
  });
  return Buffer.concat(parts);
};

const decodedUrl = (url: string, codes: Signed['decodedInUrl']): string =>
  url.replaceAll(/%[0-9a-f]{2}/gi, (code) =>
    codes?.includes(code.toUpperCase()) ? decodeURIComponent(code) : code,
  );

/** Bearer token, Basic password, API key, or a word inside the body: the secret itself comes with the request. */
const checkSecret = (scheme: StaticSecret, request: SignedRequest, secrets: readonly Buffer[]): Verdict => {
  const presented = presentedIn(request, scheme);
  if (presented.length === 0) return refused('signature-missing');
  if (presented.includes(undefined)) return refused('signature-malformed');
  const user = Buffer.from('basic' in scheme ? `${scheme.basic.username}:` : '');
  // Hashed, because a plain comparison of lengths would tell the length of the secret.
  const expected = secrets.map((secret) => sha256(Buffer.concat([user, secret])));
  const matches = presented.every((given = Buffer.alloc(0)) =>
    expected.some((secret) => sameBytes(sha256(given), secret)),
  );
  return matches ? OK : refused('signature-mismatch');
};

/** Every secret that the request presents, all of which have to be right; undefined stands for one that is none. */
const presentedIn = (request: SignedRequest, scheme: StaticSecret): (Buffer | undefined)[] => {
  if ('items' in scheme) {
    const items = own(peek(request), scheme.items.list);
    if (!Array.isArray(items)) return [];
    return items.map((item: unknown) => {
      const secret = own(item, scheme.items.field);
      return typeof secret === 'string' && secret !== '' ? Buffer.from(secret) : undefined;
    });
  }
  if ('query' in scheme) {
    const value = queryOf(request, scheme.query.name);
    return value ? [Buffer.from(value)] : [];
  }
  const header = headerOf(request, 'header' in scheme ? scheme.header.name : 'authorization');
  if (!header) return [];
  if ('header' in scheme) return [Buffer.from(header)];
  const credentials = ('bearer' in scheme ? /^bearer +(\S+)$/i : /^basic +(\S+)$/i).exec(header)?.[1];
  if (credentials === undefined) return [undefined];
  return ['bearer' in scheme ? Buffer.from(credentials) : decode(credentials, 'base64')];
};

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

const sameBytes = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
