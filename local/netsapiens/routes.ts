/** The paths of NetSapiens API v2 that have to do with call queue agents, and what each answers. */
import { checkedNewAgent, checkedSettings, dateTime } from './agent.ts';
import type { AgentSettings, User } from './agent.ts';
import { Refusal } from './refusal.ts';
import type { Store } from './store.ts';

/** What a bearer token may do. */
export type Right =
  | 'full'
  /** Only GET. */
  | 'read-only'
  /** The token is valid, and has no right to this domain: `Invalid Scope`. */
  | 'none';

export interface ApiRequest {
  readonly method: string;
  /** Behind /ns-api/v2, decoded, split at the slashes. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  /** The text of the body, for the methods that have one. */
  readonly text: string;
  readonly contentType: string | undefined;
  /** The token's right; undefined where there is no token, or an unknown one. */
  readonly right: Right | undefined;
  /** Reads that do not show what this request writes. */
  readonly lag: number;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Call extends ApiRequest {
  readonly store: Store;
  /** The bearer token's right, which is known by now. */
  readonly granted: Right;
}

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `*` stands for one segment, handed over in order; `:domain` is checked before, and is not. */
  readonly path: string;
  readonly open?: true;
  readonly answer: (call: Call, ...parameters: string[]) => Answer;
}

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

const userRow = (store: Store, row: User) => ({
  domain: store.domain,
  'name-first-name': '',
  'name-last-name': '',
  'email-address': '',
  'user-scope': 'Basic User',
  'login-username': `${row.user}@${store.domain}`,
  ...row,
});

/** @throws Refusal 400 for anything but a whole number in the range */
const number = (query: URLSearchParams, name: string, least: number, otherwise: number): number => {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw new Refusal(400, `${name}: expected a number from ${least}`);
  return Number(text);
};

const action =
  (settings: AgentSettings): Route['answer'] =>
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
    open: true,
    answer: () => ok({ apiversion: '45.0.0', hostname: '127.0.0.1', 'current-time': dateTime(new Date()) }),
  },
  {
    method: 'GET',
    path: '/apikeys/~',
    answer: ({ store, granted }) =>
      ok({
        description: 'Key of the simulator',
        'key-id': 'nsd_simulate',
        reseller: '*',
        domain: granted === 'none' ? 'elsewhere.example' : store.domain,
        'user-scope': 'Office Manager',
        readonly: granted === 'read-only' ? 'yes' : 'no',
        'can-create-keys': 'no',
        'allowed-models': ['agent', 'callqueue', 'subscriber'],
      }),
  },
  { method: 'GET', path: QUEUE, answer: ({ store }, q = '') => ok(store.queue(q)) },
  { method: 'GET', path: `${QUEUE}/agents`, answer: ({ store }, q = '') => ok(store.readAgents(q)) },
  {
    method: 'POST',
    path: `${QUEUE}/agents`,
    answer: (call, q = '') => {
      const body = checkedNewAgent(json(call));
      const row = call.store.add(q, body, call.lag);
      return body.synchronous === 'yes' ? ok(row) : accepted;
    },
  },
  {
    method: 'GET',
    path: `${QUEUE}/agents/count`,
    answer: ({ store }, q = '') => ok({ total: store.countAgents(q) }),
  },
  {
    method: 'GET',
    path: `${QUEUE}/agents/*`,
    answer: ({ store }, q = '', id = '') => ok(store.readAgent(q, id)),
  },
  {
    method: 'PUT',
    path: `${QUEUE}/agents/*`,
    answer: (call, q = '', id = '') => {
      call.store.update(q, id, checkedSettings(json(call)));
      return accepted;
    },
  },
  {
    method: 'DELETE',
    path: `${QUEUE}/agents/*`,
    answer: ({ store }, q = '', id = '') => {
      store.remove(q, id);
      return accepted;
    },
  },
  {
    method: 'PATCH',
    path: `${QUEUE}/agents/*/login`,
    answer: action({ 'callqueue-agent-availability-type': 'automatic' }),
  },
  {
    method: 'PATCH',
    path: `${QUEUE}/agents/*/logout`,
    answer: action({ 'callqueue-agent-availability-type': 'manual' }),
  },
  // One call, and logged out as before.
  { method: 'PATCH', path: `${QUEUE}/agents/*/onecall`, answer: action({}) },
  { method: 'GET', path: '/domains/:domain/agents', answer: ({ store }) => ok(store.readDomainAgents()) },
  {
    method: 'GET',
    path: '/domains/:domain/users',
    // There is no filter: an unknown parameter, as email, is ignored.
    answer: ({ store, query }) => {
      const start = number(query, 'start', 0, 0);
      const limit = Math.min(number(query, 'limit', 1, 100), 1000);
      return ok(
        store
          .users()
          .slice(start, start + limit)
          .map((row) => userRow(store, row)),
      );
    },
  },
  {
    method: 'GET',
    path: '/domains/:domain/users/count',
    answer: ({ store }) => ok({ total: store.users().length }),
  },
  {
    method: 'GET',
    path: '/domains/:domain/users/*',
    answer: ({ store }, extension = '') => ok(userRow(store, store.user(extension))),
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

const granted = (request: ApiRequest): Right => {
  if (request.right === undefined) throw new Refusal(401, 'Unauthorized');
  return request.right;
};

const dispatch = (store: Store, request: ApiRequest): Answer => {
  for (const route of ROUTES) {
    const match = matched(route, request);
    if (!match) continue;
    if (route.open) return route.answer({ ...request, store, granted: 'none' });
    const call = { ...request, store, granted: granted(request) };
    if (match.domain !== undefined) {
      if (call.granted === 'none') throw new Refusal(401, 'Invalid Scope');
      if (call.granted === 'read-only' && route.method !== 'GET')
        throw new Refusal(403, 'The API key is read only');
      // "~" is the token's own domain.
      if (match.domain !== '~' && match.domain !== store.domain)
        throw new Refusal(404, `Domain ${match.domain} not found`);
    }
    return route.answer(call, ...match.rest);
  }
  throw new Refusal(404, 'No Route Found');
};

/** What the API answers; a refusal is `{ code, message }` under its status. */
export const answer = (store: Store, request: ApiRequest): Answer => {
  try {
    return dispatch(store, request);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: { code: error.status, message: error.message } };
  }
};
