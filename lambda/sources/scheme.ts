/** How a request proves whose it is, as data. The operator's words (`Auth`), and what only presets need beside them. */
import type { Auth, Hmac } from '../configuration.ts';
import type { TimeUnit } from './time.ts';

/** What all signatures have, whatever their arithmetic. */
export type Signed = Omit<Hmac, 'algorithm' | 'key' | 'timestamp'> & {
  /** In a header, and then part of what is signed; or in a field at the top of the body, which is signed anyway. */
  readonly timestamp?: Timestamp | undefined;
  /** The prefix may be left out. */
  readonly prefixOptional?: true;
  /** Codes (`%3A`) in the URL that are decoded before it is signed. */
  readonly decodedInUrl?: readonly string[];
};

export type Timestamp = (
  { readonly header: string; readonly body?: never } | { readonly body: string; readonly header?: never }
) & { readonly unit: TimeUnit; readonly tolerance: number };

/** The secret itself comes with the request. */
export type StaticSecret =
  | Exclude<Auth, { hmac: Hmac }>
  /** In a field of every item of a list at the top of the body: `{ "value": [{ "clientState": ... }] }`. */
  | { readonly items: { readonly list: string; readonly field: string } };

export type Scheme =
  | StaticSecret
  | { readonly hmac: Signed & Pick<Hmac, 'algorithm' | 'key'> }
  /** SHA-256 of the key followed by what is signed. */
  | { readonly hash: Signed }
  /** A signature by the sender's private key; ours is the public one, `whpk_` and base64. */
  | { readonly ed25519: Signed };

/**
 * Where there are several, a key is never tried with more than one of them: it is the first that can use the key and
 * whose header the request carries. So no sender's key is measured by another one's arithmetic.
 */
export type Schemes = Scheme | readonly [Scheme, ...Scheme[]];

export const signedOf = (scheme: Scheme): Signed | undefined => {
  if ('hmac' in scheme) return scheme.hmac;
  if ('hash' in scheme) return scheme.hash;
  return 'ed25519' in scheme ? scheme.ed25519 : undefined;
};

export const listOf = (schemes: Schemes): readonly [Scheme, ...Scheme[]] =>
  isList(schemes) ? schemes : [schemes];

const isList = (schemes: Schemes): schemes is readonly [Scheme, ...Scheme[]] => Array.isArray(schemes);
