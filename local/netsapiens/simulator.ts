/** A stand-in for a NetSapiens server, on real HTTP: API v2 as far as call queue agents go. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBody, serve } from '../aws/server.ts';
import type { AgentRow, User } from './agent.ts';
import { openBlocks } from './blocks.ts';
import { emptyScript, perform } from './misbehaviour.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import { answer } from './routes.ts';
import type { Answer, ApiRequest, Server } from './routes.ts';
import { openStore } from './store.ts';
import type { Callqueue, StoreOptions } from './store.ts';
import type { Right } from './tokens.ts';

const API_PATH = '/ns-api/v2';

export interface SimulatorOptions extends StoreOptions, Partial<Pick<Server, 'firstUser' | 'tildeForKeys'>> {
  /** The bearer token that may do everything. */
  readonly token: string;
  /** More of them, and lesser ones. */
  readonly tokens?: Readonly<Record<string, Right>>;
  /** How long a 403 shuts out the caller's address; each request meanwhile lengthens it. Left out: not at all. */
  readonly blockMs?: number;
  /** Until each answer, by the clock on the wall. */
  readonly latencyMs?: number;
  /** On 127.0.0.1; left out: a free one. */
  readonly port?: number;
}

/** One request as it came; never its token. */
export interface RecordedRequest {
  readonly method: string;
  /** Behind /ns-api/v2 (whole where that is missing), percent-decoded. */
  readonly path: string;
  /** With its `?`; empty where there is none. */
  readonly query: string;
  /** Parsed where it is JSON, else the text; undefined where there is none. */
  readonly body: unknown;
  /** The tag of X-NetSapiens-Log. */
  readonly log: string | undefined;
  /** Left out while there is no answer yet, and where there never was one. */
  status?: number;
}

export interface Simulator {
  /** `http://127.0.0.1:PORT`; the API is under /ns-api/v2. */
  readonly origin: string;
  /** Every request since the start, in the order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Agents that were added although they were there: each is a supervisor's setting lost. */
  readonly overwrites: readonly { readonly callqueue: string; readonly agent: string }[];
  /** The tokens known, and what each may do: change it to rotate or to withdraw one. */
  readonly tokens: Map<string, Right>;
  readonly agents: (callqueue: string) => AgentRow[];
  readonly addUser: (user: User) => void;
  readonly addQueue: (queue: Callqueue) => void;
  readonly misbehave: (misbehaviour: Misbehaviour) => void;
  readonly close: () => Promise<void>;
}

const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
};

/** Splits before it decodes: an encoded slash is part of its segment. */
const segmentsOf = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .map((segment) => decoded(segment) ?? segment);

const parsed = (body: string): unknown => {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
};

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
};

const bearer = (request: IncomingMessage): string =>
  /^Bearer +(\S+)$/i.exec(headerOf(request, 'authorization') ?? '')?.[1] ?? '';

export const startSimulator = async ({
  token,
  tokens: lesser = {},
  port = 0,
  firstUser = 0,
  tildeForKeys = 'documented',
  blockMs = 0,
  latencyMs = 0,
  now = Date.now,
  ...options
}: SimulatorOptions): Promise<Simulator> => {
  const store = openStore({ ...options, now });
  const tokens = new Map<string, Right>([...Object.entries(lesser), [token, 'full']]);
  const server: Server = { store, tokens, firstUser, tildeForKeys, now };
  const script = emptyScript();
  const blocks = openBlocks(blockMs, now);
  const requests: RecordedRequest[] = [];

  const answerTo = (caller: string, request: ApiRequest): Answer => {
    if (blocks.refuses(caller)) return { status: 403, body: { code: 403, message: 'Forbidden' } };
    const given = answer(server, request);
    if (given.status === 403) blocks.begin(caller);
    return given;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await readBody(request)).toString();
    const url = new URL(`http://127.0.0.1${request.url ?? '/'}`);
    const inside = url.pathname.startsWith(`${API_PATH}/`);
    const segments = inside ? segmentsOf(url.pathname.slice(API_PATH.length)) : [];
    const method = request.method ?? '';
    const record: RecordedRequest = {
      method,
      path: inside ? `/${segments.join('/')}` : url.pathname,
      query: url.search,
      body: parsed(body),
      log: headerOf(request, 'x-netsapiens-log'),
    };
    requests.push(record);
    if (latencyMs > 0) await sleep(latencyMs, undefined, { ref: false });
    const reply = await perform(script.next(method, record.path), (lag) =>
      answerTo(request.socket.remoteAddress ?? '', {
        method,
        segments,
        query: url.searchParams,
        text: body,
        contentType: headerOf(request, 'content-type'),
        token: bearer(request),
        lag,
      }),
    );
    if (!reply) {
      response.destroy();
      return;
    }
    record.status = reply.status;
    response.writeHead(reply.status, reply.headers).end(reply.text);
  };

  const { origin, close } = await serve(handle, { port });
  return {
    origin,
    requests,
    overwrites: store.overwrites,
    tokens,
    agents: store.agents,
    addUser: store.addUser,
    addQueue: store.addQueue,
    misbehave: script.add,
    close,
  };
};
