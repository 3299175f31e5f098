/** NetSapiens API v2, the calls that Onqueue makes. */
import { SecretUnavailable } from '../aws/secrets.ts';
import type { Secret } from '../aws/secrets.ts';
import { parsed } from '../json.ts';
import { API_PATH } from '../names.ts';
import {
  classifyAdd,
  classifyCount,
  classifyDevices,
  classifyQueue,
  classifyRead,
  classifyUser,
  classifyUsers,
} from './answer.ts';
import type {
  AddVerdict,
  CountVerdict,
  DevicesVerdict,
  QueueVerdict,
  ReadVerdict,
  TryAgain,
  UsersVerdict,
  UserVerdict,
} from './answer.ts';
import type { Exchange, Reply, Send } from '../http.ts';
import type { Pace } from './pace.ts';
import type { AddAgentBody } from './request.ts';

/** The path segments are the caller's to check: a user "..", percent-encoded or not, leads elsewhere. */
export interface NetSapiens {
  /** `GET /domains/{domain}/callqueues/{callqueue}/agents` */
  readAgents(callqueue: string, tag?: string): Promise<ReadVerdict>;
  /** `POST /domains/{domain}/callqueues/{callqueue}/agents` */
  addAgent(callqueue: string, body: AddAgentBody, tag?: string): Promise<AddVerdict>;
  /** `GET /domains/{domain}/callqueues/{callqueue}` */
  readCallqueue(callqueue: string, tag?: string): Promise<QueueVerdict>;
  /** `GET /domains/{domain}/users`. At most 1000 at a time; servers count `start` from 0 or from 1. */
  readUsers(start: number, limit: number, tag?: string): Promise<UsersVerdict>;
  /** `GET /domains/{domain}/users/count` */
  countUsers(tag?: string): Promise<CountVerdict>;
  /** `GET /domains/{domain}/users/{user}` */
  readUser(user: string, tag?: string): Promise<UserVerdict>;
  /** `GET /domains/{domain}/users/{user}/devices` */
  readDevices(user: string, tag?: string): Promise<DevicesVerdict>;
}

/** The token's secret: plain text, or JSON `{"token": "..."}`. Undefined where it holds no token that a header can carry. */
export const tokenOf = (secret: string): string | undefined => {
  const token = (jsonToken(secret) ?? secret).trim();
  return /^[\x21-\x7e]+$/.test(token) && !token.startsWith('{') ? token : undefined;
};

const jsonToken = (secret: string): string | undefined => {
  const json = secret.trimStart().startsWith('{') ? parsed(secret) : undefined;
  return typeof json === 'object' && json !== null && 'token' in json && typeof json.token === 'string'
    ? json.token
    : undefined;
};

/** A header carries no spaces at its ends, no line breaks and no letters beyond ASCII; an event's id may. */
const headerText = (tag: string): string => tag.replace(/[^\x21-\x7e]/g, '_').slice(0, 128);

const noToken = (reason: string): TryAgain => ({
  kind: 'try-again',
  fault: 'own',
  code: 'credential-unavailable',
  owner: 'configuration',
  inDoubt: false,
  notBefore: 0,
  reason,
});

const unpaced: Pace = (work) => work();

export const createNetSapiens = (parts: {
  /** `https://host` */
  readonly origin: string;
  readonly domain: string;
  readonly token: Secret;
  readonly send: Send;
  readonly now: () => number;
  /** Left out: as many calls as there are, at once. */
  readonly pace?: Pace;
  /** Sends the callers' tags along: the server keeps an on-demand log under each. */
  readonly debug?: boolean;
}): NetSapiens => {
  const { origin, domain, token, send, now, pace = unpaced, debug = false } = parts;

  const urlOf = (...path: readonly string[]): URL =>
    new URL(
      [`${API_PATH}/domains`, ...[domain, ...path].map((segment) => encodeURIComponent(segment))].join('/'),
      origin,
    );

  const headersOf = (tag: string | undefined): Record<string, string> => ({
    accept: 'application/json',
    ...(debug && tag !== undefined && { 'x-netsapiens-log': headerText(tag) }),
  });

  const authorized = (exchange: Exchange, bearer: string): Promise<Reply> =>
    pace(() => send({ ...exchange, headers: { ...exchange.headers, authorization: `Bearer ${bearer}` } }));

  /** Sends with the token at hand; after a 401 once more, if the secret has another one by now. */
  const exchange = async (request: Exchange): Promise<Reply | TryAgain> => {
    const startedAt = now();
    try {
      const bearer = tokenOf(await token.read());
      const reply = bearer === undefined ? undefined : await authorized(request, bearer);
      if (reply && !(reply.kind === 'answer' && reply.status === 401)) return reply;
      // Whoever read it since this call began has read it afresh: calls side by side share one read.
      const fresh = tokenOf(await token.read(now() - startedAt));
      if (fresh === undefined)
        return noToken('the token secret holds no token: put one there, as the deploy output says');
      return reply && fresh === bearer ? reply : await authorized(request, fresh);
    } catch (error) {
      if (error instanceof SecretUnavailable) return noToken(error.message);
      throw error;
    }
  };

  const read = async <Verdict>(
    url: URL,
    tag: string | undefined,
    classify: (reply: Reply, now: number) => Verdict,
  ): Promise<Verdict | TryAgain> => {
    const reply = await exchange({ method: 'GET', url, headers: headersOf(tag) });
    return reply.kind === 'try-again' ? reply : classify(reply, now());
  };

  return {
    readAgents: (callqueue, tag) => read(urlOf('callqueues', callqueue, 'agents'), tag, classifyRead),
    addAgent: async (callqueue, body, tag) => {
      const reply = await exchange({
        method: 'POST',
        url: urlOf('callqueues', callqueue, 'agents'),
        headers: { ...headersOf(tag), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return reply.kind === 'try-again' ? reply : classifyAdd(reply, now());
    },
    readCallqueue: (callqueue, tag) => read(urlOf('callqueues', callqueue), tag, classifyQueue),
    readUsers: (start, limit, tag) => {
      const url = urlOf('users');
      url.search = `limit=${limit}&start=${start}`;
      return read(url, tag, classifyUsers);
    },
    countUsers: (tag) => read(urlOf('users', 'count'), tag, classifyCount),
    readUser: (user, tag) => read(urlOf('users', user), tag, classifyUser),
    readDevices: (user, tag) => read(urlOf('users', user, 'devices'), tag, classifyDevices),
  };
};
