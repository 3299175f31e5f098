/** The paths of NetSapiens API v2 that have to do with call queue agents, and what each answers. */
import { checkedNewAgent, checkedSettings, dateTime, userRow } from './agent.ts';
import type { AgentSettings } from './agent.ts';
import { Refusal } from './refusal.ts';
import type { Store } from './store.ts';
import { demand, demandTilde, grantOf, keyRow } from './tokens.ts';
import type { Grant, Model, Right, Tilde } from './tokens.ts';

/** What there is, and how it is taken where the vendor leaves it open. */
export interface Server {
  readonly store: Store;
  readonly tokens: ReadonlyMap<string, Right>;
  /** The number that `start` has for the first user. The vendor's reference says 0, its guides say 1. */
  readonly firstUser: 0 | 1;
  readonly tildeForKeys: Tilde;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface ApiRequest {
  readonly method: string;
  /** Behind /ns-api/v2, decoded, split at the slashes. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  /** The text of the body, for the methods that have one. */
  readonly text: string;
  readonly contentType: string | undefined;
  /** The bearer token; empty where there is none. */
  readonly token: string;
  /** Reads that do not show what this request writes. */
  readonly lag: number;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Call extends ApiRequest, Server {
  readonly grant: Grant;
}

type Handler = (call: Call, ...parameters: string[]) => Answer;

type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `*` stands for one segment, handed over in order; `:domain` is checked before, and is not. */
  readonly path: string;
} & (
  | { readonly for: 'anybody'; readonly answer: (server: Server) => Answer }
  /** A token of any kind, or one that is good for this model. */
  | { readonly for: 'any token' | Model; readonly answer: Handler }
);

const ok = (body: unknown): Answer => ({ status: 200, body });
const accepted: Answer = { status: 202, body: { code: 202, message: 'Accepted' } };

const json = ({ contentType, text }: ApiRequest): unknown => {
  if (!/^application\/json\s*(;|$)/i.test(contentType ?? ''))
    throw new Refusal(400, 'Content-Type must be application/json');
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'The body is not JSON');
  }
};

/** @throws Refusal 400 for anything but a whole number in the range */
const number = (query: URLSearchParams, name: string, least: number, otherwise: number): number => {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw new Refusal(400, `${name}: expected a number from ${least}`);
  return Number(text);
};

const action =
  (settings: AgentSettings): Handler =>
  ({ store }, callqueue = '', id = '') => {
    // For these actions alone, "all" stands for every queue that the agent is in.
    for (const each of callqueue === 'all' ? store.queuesOf(id) : [callqueue])
      store.update(each, id, settings);
    return accepted;
  };

const QUEUE = '/domains/:domain/callqueues/*';

const ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/version',
    for: 'anybody',
    answer: ({ now }) =>
      ok({ apiversion: '45.0.0', hostname: '127.0.0.1', 'current-time': dateTime(new Date(now())) }),
  },
  {
    method: 'GET',
    path: '/apikeys/~',
    for: 'any token',
    answer: ({ store, grant }) => ok(keyRow(grant, store.domain)),
  },
  { method: 'GET', path: QUEUE, for: 'callqueue', answer: ({ store }, q = '') => ok(store.queue(q)) },
  {
    method: 'GET',
    path: `${QUEUE}/agents`,
    for: 'agent',
    answer: ({ store }, q = '') => ok(store.readAgents(q)),
  },
  {
    method: 'POST',
    path: `${QUEUE}/agents`,
    for: 'agent',
    answer: (call, q = '') => {
      const body = checkedNewAgent(json(call));
      const row = call.store.add(q, body, call.lag);
      return body.synchronous === 'yes' ? ok(row) : accepted;
    },
  },
  {
    method: 'GET',
    path: `${QUEUE}/agents/count`,
    for: 'agent',
    answer: ({ store }, q = '') => ok({ total: store.countAgents(q) }),
  },
  {
    method: 'GET',
    path: `${QUEUE}/agents/*`,
    for: 'agent',
    answer: ({ store }, q = '', id = '') => ok(store.readAgent(q, id)),
  },
  {
    method: 'PUT',
    path: `${QUEUE}/agents/*`,
    for: 'agent',
    answer: (call, q = '', id = '') => {
      call.store.update(q, id, checkedSettings(json(call)));
      return accepted;
    },
  },
  {
    method: 'DELETE',
    path: `${QUEUE}/agents/*`,
    for: 'agent',
    answer: ({ store }, q = '', id = '') => {
      store.remove(q, id);
      return accepted;
    },
  },
  {
    method: 'PATCH',
    path: `${QUEUE}/agents/*/login`,
    for: 'agent',
    answer: action({ 'callqueue-agent-availability-type': 'automatic' }),
  },
  {
    method: 'PATCH',
    path: `${QUEUE}/agents/*/logout`,
    for: 'agent',
    answer: action({ 'callqueue-agent-availability-type': 'manual' }),
  },
  // One call, and logged out as before.
  { method: 'PATCH', path: `${QUEUE}/agents/*/onecall`, for: 'agent', answer: action({}) },
  {
    method: 'GET',
    path: '/domains/:domain/agents',
    for: 'agent',
    answer: ({ store }) => ok(store.readDomainAgents()),
  },
  {
    method: 'GET',
    path: '/domains/:domain/users',
    for: 'subscriber',
    // There is no filter: an unknown parameter, as email, is ignored.
    answer: ({ store, query, firstUser }) => {
      const start = Math.max(number(query, 'start', 0, firstUser) - firstUser, 0);
      const limit = Math.min(number(query, 'limit', 1, 100), 1000);
      return ok(
        store
          .users()
          .slice(start, start + limit)
          .map((row) => userRow(row, store.domain)),
      );
    },
  },
  {
    method: 'GET',
    path: '/domains/:domain/users/count',
    for: 'subscriber',
    answer: ({ store }) => ok({ total: store.users().length }),
  },
  {
    method: 'GET',
    path: '/domains/:domain/users/*',
    for: 'subscriber',
    answer: ({ store }, extension = '') => ok(userRow(store.user(extension), store.domain)),
  },
  {
    method: 'GET',
    path: '/domains/:domain/users/*/devices',
    for: 'device',
    answer: ({ store }, extension = '') => ok(store.devices(extension)),
  },
];

const matched = (
  { method, path }: Route,
  request: ApiRequest,
): { domain?: string; rest: string[] } | undefined => {
  const wanted = path.slice(1).split('/');
  if (method !== request.method || wanted.length !== request.segments.length) return undefined;
  const match: { domain?: string; rest: string[] } = { rest: [] };
  for (const [i, segment] of request.segments.entries()) {
    if (wanted[i] === ':domain') match.domain = segment;
    else if (wanted[i] === '*' && segment !== '') match.rest.push(segment);
    else if (wanted[i] !== segment) return undefined;
  }
  return match;
};

const dispatch = (server: Server, request: ApiRequest): Answer => {
  const { store, tokens, tildeForKeys, now } = server;
  for (const route of ROUTES) {
    const match = matched(route, request);
    if (!match) continue;
    if (route.for === 'anybody') return route.answer(server);
    const { token } = request;
    const grant = grantOf(token, tokens.get(token), now());
    if (match.domain === '~') demandTilde(grant, tildeForKeys);
    if (route.for !== 'any token') demand(grant, route.method, route.for);
    if (match.domain !== undefined && match.domain !== '~' && match.domain !== store.domain)
      throw new Refusal(404, `Domain ${match.domain} not found`);
    return route.answer({ ...request, ...server, grant }, ...match.rest);
  }
  throw new Refusal(404, 'No Route Found');
};

/** What the API answers; a refusal is `{ code, message }` under its status. */
export const answer = (server: Server, request: ApiRequest): Answer => {
  try {
    return dispatch(server, request);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: { code: error.status, message: error.message } };
  }
};
