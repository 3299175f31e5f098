/** What a bearer token's own form tells, without asking anybody. */
import * as z from 'zod';
import { parsed } from '../../lambda/json.ts';
import { tokenOf } from '../../lambda/netsapiens/client.ts';
import type { Finding } from './report.ts';

export interface Token {
  readonly text: string;
  readonly isApiKey: boolean;
  /** What to do when the server refuses it. */
  readonly ifRefused: string;
}

/** The right key, in the words of the form that makes one. */
export const RIGHT_KEY =
  'an API key of this one domain (nsd_...), not read-only, with the models agent, callqueue and subscriber';

const MAKE_ONE = `Make ${RIGHT_KEY}.`;

/** The vendor's prefixes. */
const API_KEYS: Readonly<Record<string, string>> = {
  nss_: 'a super user',
  nsr_: 'a reseller',
  nsd_: 'one domain',
  nsu_: 'one user',
};
const API_KEY_CHARACTERS = 60;

export interface Judgement {
  /** Undefined where there is none that could be sent. */
  readonly token: Token | undefined;
  readonly finding: Finding;
}

/**
 * @param secret the secret's text: the token itself, or `{"token": "..."}`
 * @param now milliseconds since 1970
 */
export const judgeToken = (secret: string, now: number): Judgement => {
  const text = tokenOf(secret);
  if (text === undefined || /["']/.test(text)) return { token: undefined, finding: unusable(secret) };
  const kind = API_KEYS[text.slice(0, 4)];
  if (kind !== undefined) return apiKey(text, kind);
  const claims = claimsOf(text);
  return {
    token: { text, isApiKey: false, ifRefused: `It has probably run out. ${MAKE_ONE}` },
    finding: claims
      ? jwt(claims.exp, now)
      : {
          level: 'warning',
          about: 'token',
          sentence: 'is an access token, which lives for about an hour: then everything stops',
          remedy: MAKE_ONE,
        },
  };
};

const unusable = (secret: string): Finding => ({
  level: 'problem',
  about: 'token',
  final: true,
  ...(isEmpty(secret)
    ? { sentence: 'is not filled in yet', remedy: "Fill it, as the deploy's output FillToken says." }
    : {
        sentence: 'holds something that no token has: a space, a quotation mark, a line break or worse',
        remedy: 'Put in the token alone, without "Bearer", or {"token": "..."}.',
      }),
});

const emptySchema = z.object({ token: z.literal('') });
const isEmpty = (secret: string): boolean =>
  secret.trim() === '' || emptySchema.safeParse(parsed(secret)).success;

const apiKey = (text: string, kind: string): Judgement => ({
  token: {
    text,
    isApiKey: true,
    ifRefused:
      text.length === API_KEY_CHARACTERS
        ? `It may have been deleted, or belong to another server. ${MAKE_ONE}`
        : `An API key has ${API_KEY_CHARACTERS} characters, this one has ${text.length}: copy it whole.`,
  },
  finding: text.startsWith('nsu_')
    ? {
        level: 'warning',
        about: 'token',
        sentence: `is an API key of ${kind} (nsu_), who may hardly add others to a queue`,
        remedy: MAKE_ONE,
      }
    : {
        level: 'ok',
        about: 'token',
        sentence: `is an API key of ${kind} (${text.slice(0, 4)}), which does not expire`,
      },
});

/** Seconds since 1970, no later than a Date can be. */
const claimsSchema = z.object({ exp: z.number().min(0).max(8.64e12).optional().catch(undefined) });

/** Undefined where it is no JWT. */
const claimsOf = (text: string): z.infer<typeof claimsSchema> | undefined => {
  const payload = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(text)?.[1];
  if (payload === undefined) return undefined;
  return claimsSchema.safeParse(parsed(Buffer.from(payload, 'base64url').toString())).data;
};

const jwt = (exp: number | undefined, now: number): Finding => {
  if (exp === undefined)
    return {
      level: 'warning',
      about: 'token',
      sentence: 'is a JWT that does not tell when it expires; most live for about a day',
      remedy: MAKE_ONE,
    };
  const at = exp * 1000;
  const when = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC, ${span(at - now)}`;
  return at <= now
    ? {
        level: 'problem',
        about: 'token',
        sentence: `is a JWT that expired on ${when}`,
        remedy: MAKE_ONE,
        final: true,
      }
    : {
        level: 'warning',
        about: 'token',
        sentence: `is a JWT that expires on ${when}: then everything stops`,
        remedy: MAKE_ONE,
      };
};

const HOUR_MS = 3_600_000;
const relative = new Intl.RelativeTimeFormat('en');

const span = (milliseconds: number): string => {
  const hours = milliseconds / HOUR_MS;
  if (Math.abs(hours) < 2) return relative.format(Math.trunc(hours * 60), 'minute');
  return Math.abs(hours) < 48
    ? relative.format(Math.trunc(hours), 'hour')
    : relative.format(Math.trunc(hours / 24), 'day');
};
