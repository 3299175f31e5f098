/**
 * The table of NetSapiens' answers: what each means, whose fault it is, and whether to try again. Pure.
 *
 * Sources: the vendor's v45.0 description has 200, 202, 400, 401 and 404 for "Add Agent to Call Queue"; the rest is
 * what operators and public clients have seen, and what has to be survived because nobody has said otherwise.
 */
import * as z from 'zod';
import { SETTLING_SECONDS } from '../backoff.ts';
import { parsed } from '../json.ts';
import type { Owner, Reason } from '../outcome.ts';
import type { Reply } from '../http.ts';
import { agentRows, countRow, deviceRow, one, queueRow, rowsOf, userRow } from './rows.ts';
import type { UserRow } from './rows.ts';

/** A refusal for good. */
export interface Refused {
  readonly kind: 'refused';
  readonly code: Reason;
  readonly owner: Owner;
  readonly reason: string;
}

/** Not now. */
export interface TryAgain {
  readonly kind: 'try-again';
  readonly code: Reason;
  readonly owner: Owner;
  readonly reason: string;
  /** `own`: our credential is at fault, and no event; the event waits for as long as the queue can keep it. */
  readonly fault: 'transient' | 'own';
  /** The request may have been carried out: read the agents before any repeat. */
  readonly inDoubt: boolean;
  /** Seconds: at least this long. */
  readonly notBefore: number;
}

export type AddVerdict =
  | { readonly kind: 'added' }
  /** The answer does not say whether the agent is there: read the agents. There: `present`; not there: `absent`. */
  | {
      readonly kind: 'look-again';
      readonly present: 'added' | 'already-member';
      readonly absent: Refused | TryAgain;
    }
  | Refused
  | TryAgain;

/** `none` is a 404, which does not say what of the path is missing, or whether it is only empty. */
type Read<Found> = Found | { readonly kind: 'none' } | Refused | TryAgain;

export type ReadVerdict = Read<{ readonly kind: 'agents'; readonly ids: Set<string> }>;

export type QueueVerdict = Read<{
  readonly kind: 'queue';
  readonly description: string;
  /** `Call Park` "queues" are parking slots. Empty where the answer does not say. */
  readonly dispatchType: string;
}>;

export type UsersVerdict = Read<{
  readonly kind: 'users';
  readonly rows: readonly UserRow[];
  /** How long the page was, rows that are no user's included. */
  readonly received: number;
}>;

export type UserVerdict = Read<{ readonly kind: 'user'; readonly row: UserRow }>;
export type CountVerdict = Read<{ readonly kind: 'count'; readonly total: number }>;
/** The names of the devices, as NetSapiens writes them. */
export type DevicesVerdict = Read<{ readonly kind: 'devices'; readonly devices: readonly string[] }>;

/** One operator blocks the caller's address on a 403, and longer if it asks again at once. */
const FORBIDDEN_SECONDS = 15 * 60;

const errorBody = z.object({ code: z.number().optional(), message: z.string().optional() });

interface Answer {
  readonly status: number;
  readonly message: string;
  readonly retryAfter: number;
  /** The body; undefined where it is no JSON. */
  readonly json: unknown;
}

/** The status that counts, with the words that came with it. Some operations answer 200 and put an error in the body. */
export const answerOf = (reply: Extract<Reply, { kind: 'answer' }>, now: number): Answer => {
  const json = parsed(reply.body);
  const { code, message = '' } = errorBody.safeParse(json).data ?? {};
  const status = reply.status < 300 && code !== undefined && code >= 400 && code <= 599 ? code : reply.status;
  return {
    status,
    message: message.slice(0, 300),
    retryAfter: retryAfterSeconds(reply.headers['retry-after'], now),
    json,
  };
};

/** `Retry-After` as seconds or as an HTTP date (RFC 9110, 10.2.3); 0 where there is none that can be read. */
export const retryAfterSeconds = (header: string | string[] | undefined, now: number): number => {
  if (typeof header !== 'string') return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, Math.ceil((date - now) / 1000));
};

const said = (status: number, message: string): string =>
  `NetSapiens answered ${status}${message === '' ? '' : `: ${message}`}`;

/** What the status means whatever the request was; undefined where that depends on the request. */
const common = ({ status, message, retryAfter }: Answer, write: boolean): Refused | TryAgain | undefined => {
  const again = (given: Partial<TryAgain>): TryAgain => ({
    kind: 'try-again',
    fault: 'transient',
    code: 'netsapiens-unavailable',
    owner: 'netsapiens',
    inDoubt: false,
    notBefore: retryAfter,
    reason: said(status, message),
    ...given,
  });
  const credential = (hint: string, notBefore: number): TryAgain =>
    again({
      fault: 'own',
      code: 'credential-refused',
      owner: 'configuration',
      notBefore: Math.max(notBefore, retryAfter),
      reason: `${said(status, message)} (${hint})`,
    });
  const doubtful = { inDoubt: write, notBefore: Math.max(write ? SETTLING_SECONDS : 0, retryAfter) };

  if (status === 401) return credential('the bearer token is refused', 0);
  if (status === 403) return credential('a right is missing, or this address is blocked', FORBIDDEN_SECONDS);
  if (status === 408 || status === 425 || status === 429 || status >= 500 || status < 200)
    return again(doubtful);
  if (status >= 300 && status < 400)
    return again({ reason: `${said(status, message)}, a redirect, which is not followed` });
  if (status === 404 && /no route found/i.test(message))
    return {
      kind: 'refused',
      code: 'no-such-route',
      owner: 'configuration',
      reason: `${said(status, message)} (is netsapiens.server an API v2 server?)`,
    };
  return undefined;
};

const noAnswer = (
  { sent, why }: { readonly sent: boolean; readonly why: string },
  write: boolean,
): TryAgain => ({
  kind: 'try-again',
  fault: 'transient',
  code: 'netsapiens-unavailable',
  owner: 'netsapiens',
  inDoubt: write && sent,
  notBefore: write && sent ? SETTLING_SECONDS : 0,
  reason: `NetSapiens gave no answer (${why})`,
});

/** Nobody has shown how an agent who is there is refused; "does not exist" is the opposite. */
const saysItExists = (message: string): boolean =>
  /\b(?:already|exists|duplicate)\b/i.test(message) && !/\b(?:no|not|none)\b|n't\b/i.test(message);

/** @param now milliseconds since 1970, for a `Retry-After` that is a date */
export const classifyAdd = (reply: Reply, now: number): AddVerdict => {
  if (reply.kind === 'no-answer') return noAnswer(reply, true);
  const answer = answerOf(reply, now);
  const { status, message } = answer;
  const known = common(answer, true);
  if (known) return known;
  if (status < 300) {
    // Empty or plain text is a success in either mode. JSON that breaks off, or some proxy's page, proves nothing.
    return /^\s*[<{[]/.test(reply.body) && answer.json === undefined
      ? {
          kind: 'look-again',
          present: 'added',
          absent: noAnswer({ sent: true, why: `${status}, broken body` }, true),
        }
      : { kind: 'added' };
  }
  const reason = said(status, message);
  if (status === 409 || ((status === 400 || status === 404) && saysItExists(message)))
    return {
      kind: 'look-again',
      present: 'already-member',
      absent: {
        kind: 'try-again',
        fault: 'transient',
        code: 'netsapiens-unavailable',
        owner: 'netsapiens',
        inDoubt: true,
        notBefore: SETTLING_SECONDS,
        reason: `${reason}, but the agent is not on the queue`,
      },
    };
  const refused: Refused =
    status === 404
      ? // The queue was looked at before: what is missing is the person.
        { kind: 'refused', code: 'person-not-found', owner: 'event', reason }
      : { kind: 'refused', code: 'request-refused', owner: 'configuration', reason };
  return status === 400 || status === 404
    ? { kind: 'look-again', present: 'already-member', absent: refused }
    : refused;
};

/**
 * What a read says.
 *
 * @param what names in the reason what was asked for
 * @param found makes of the JSON what was asked for; undefined where it is something else
 */
const reading = <Found>(
  reply: Reply,
  now: number,
  what: string,
  found: (json: unknown) => Found | undefined,
): Read<Found> => {
  if (reply.kind === 'no-answer') return noAnswer(reply, false);
  const answer = answerOf(reply, now);
  const known = common(answer, false);
  if (known) return known;
  if (answer.status === 404) return { kind: 'none' };
  if (answer.status >= 300)
    return {
      kind: 'refused',
      code: 'request-refused',
      owner: 'configuration',
      reason: said(answer.status, answer.message),
    };
  const json = reply.body.trim() === '' ? null : answer.json;
  return found(json) ?? noAnswer({ sent: true, why: `${answer.status}, but no ${what}` }, false);
};

/** Reading the agents of a queue. Ids are compared without regard to case, so they come in lower case. */
export const classifyRead = (reply: Reply, now: number): ReadVerdict =>
  reading(reply, now, 'list of agents', (json) => {
    const rows = agentRows.safeParse(json).data;
    return (
      rows && { kind: 'agents', ids: new Set(rows.map((row) => row['callqueue-agent-id'].toLowerCase())) }
    );
  });

export const classifyQueue = (reply: Reply, now: number): QueueVerdict =>
  reading(reply, now, 'call queue', (json) =>
    one(json, queueRow, ({ description = '', 'callqueue-dispatch-type': dispatchType = '' }) => ({
      kind: 'queue',
      description,
      dispatchType,
    })),
  );

export const classifyUser = (reply: Reply, now: number): UserVerdict =>
  reading(reply, now, 'user', (json) => one(json, userRow, (row) => ({ kind: 'user', row })));

export const classifyCount = (reply: Reply, now: number): CountVerdict =>
  reading(reply, now, 'count', (json) => one(json, countRow, ({ total }) => ({ kind: 'count', total })));

export const classifyUsers = (reply: Reply, now: number): UsersVerdict =>
  reading(reply, now, 'list of users', (json) => {
    if (!Array.isArray(json)) return undefined;
    return { kind: 'users', rows: rowsOf(json, userRow), received: json.length };
  });

export const classifyDevices = (reply: Reply, now: number): DevicesVerdict =>
  reading(reply, now, 'list of devices', (json) =>
    Array.isArray(json)
      ? { kind: 'devices', devices: rowsOf(json, deviceRow).map(({ device }) => device) }
      : undefined,
  );
