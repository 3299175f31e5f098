/** The three kinds of bearer token, and what each may do. */
import * as z from 'zod';
import { parsed } from '../../lambda/json.ts';
import { Refusal } from './refusal.ts';

/** What a key can be limited to, of the vendor's list; `*` is all of them. */
export type Model = 'agent' | 'callqueue' | 'subscriber' | 'device' | '*';

/** What a bearer token may do in the domain. */
export type Right =
  | 'full'
  /** Only GET. */
  | 'read-only'
  /** The token is valid, and has no right to this domain: `Invalid Scope`. */
  | 'none'
  /** Nothing beyond these models: `Invalid Scope`. */
  | { readonly models: readonly Model[]; readonly readOnly?: boolean };

/** The scope that the first four characters of an API key stand for; other tokens are access tokens or JWTs. */
const KEY_SCOPES: ReadonlyMap<string, string> = new Map([
  ['nss_', 'Super User'],
  ['nsr_', 'Reseller'],
  ['nsd_', 'Office Manager'],
  ['nsu_', 'Basic User'],
]);

/** Keys that are tied to no domain, so that `~` stands for nothing. */
const WITHOUT_DOMAIN: readonly string[] = ['nss_', 'nsr_'];

const EVERYTHING: readonly Model[] = ['agent', 'callqueue', 'subscriber', 'device'];

export interface Grant {
  /** `nsd_` and the like; undefined for an access token and for a JWT. */
  readonly keyPrefix: string | undefined;
  /** Whether it may do anything in the domain. */
  readonly isOfDomain: boolean;
  readonly isReadOnly: boolean;
  readonly models: readonly Model[];
}

const claimsSchema = z.object({ exp: z.number() });

/** Whether it is a JWT whose `exp` (in seconds) has passed. Nobody signs here, so nothing is verified. */
const hasExpired = (token: string, now: number): boolean => {
  const payload = /^[\w-]+\.(?<payload>[\w-]+)\.[\w-]*$/.exec(token)?.groups?.['payload'];
  if (payload === undefined) return false;
  const claims = claimsSchema.safeParse(parsed(Buffer.from(payload, 'base64url').toString()));
  return claims.success && claims.data.exp * 1000 <= now;
};

/**
 * @param right undefined where there is no token, or an unknown one
 * @param now milliseconds since 1970
 * @throws Refusal 401
 */
export const grantOf = (token: string, right: Right | undefined, now: number): Grant => {
  if (right === undefined || hasExpired(token, now)) throw new Refusal(401, 'Unauthorized');
  const prefix = token.slice(0, 4);
  return {
    keyPrefix: KEY_SCOPES.has(prefix) ? prefix : undefined,
    isOfDomain: right !== 'none',
    isReadOnly: typeof right === 'string' ? right === 'read-only' : right.readOnly === true,
    models: typeof right === 'string' ? EVERYTHING : right.models,
  };
};

/** @throws Refusal 401, as NetSapiens says that a permission is missing; 403 for a key that is read only */
export const demand = (grant: Grant, method: string, model: Model): void => {
  const { isOfDomain, isReadOnly, models } = grant;
  if (!isOfDomain || !(models.includes('*') || models.includes(model)))
    throw new Refusal(401, 'Invalid Scope');
  if (isReadOnly && method !== 'GET') throw new Refusal(403, 'The API key is read only');
};

/** For which tokens `~` stands for the domain. */
export type Tilde =
  /** As the vendor writes: for keys of a domain or a user; for no key of a reseller or a super user. */
  | 'documented'
  /** For no API key at all, as clients have seen it. */
  | 'refused';

/** @throws Refusal 400 where "~" cannot stand for the token's domain */
export const demandTilde = ({ keyPrefix }: Grant, tilde: Tilde): void => {
  if (keyPrefix !== undefined && (tilde === 'refused' || WITHOUT_DOMAIN.includes(keyPrefix)))
    throw new Refusal(400, 'Unable to expand domain from token');
};

/** @throws Refusal 400 for a token that is no API key */
export const keyRow = ({ keyPrefix, isOfDomain, isReadOnly, models }: Grant, domain: string) => {
  if (keyPrefix === undefined) throw new Refusal(400, 'Unable to expand apikey from token');
  const home = isOfDomain ? domain : 'elsewhere.example';
  return {
    description: 'Key of the simulator',
    'key-id': `${keyPrefix}simulate`,
    reseller: '*',
    domain: WITHOUT_DOMAIN.includes(keyPrefix) ? '*' : home,
    'user-scope': KEY_SCOPES.get(keyPrefix),
    readonly: isReadOnly ? 'yes' : 'no',
    'can-create-keys': 'no',
    'allowed-models': models,
  };
};
