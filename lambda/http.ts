/**
 * One HTTP exchange over a kept-alive connection. Nothing is retried here: the queue owns that.
 *
 * On node:https and not on fetch: the first fetch of a process costs a cold start some 80 ms.
 */
import * as http from 'node:http';
import * as https from 'node:https';

export interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly body: string;
    }
  /** No whole answer. `sent` is false where the server surely never saw the request. */
  | { readonly kind: 'no-answer'; readonly sent: boolean; readonly why: string };

/** Clients in use wait 20 to 30 s for this server. Each exchange has a timeout of its own. */
export const TIMEOUT_MS = 20_000;

/** The agents of a queue come in one piece; no queue of people is this long. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** These end an exchange before a byte of the request is out. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.name;

const isTlsRefusal = (code: string): boolean =>
  /^(?:ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code);

/**
 * A connection that nobody has used for this long is not used again. While Lambda freezes a process, servers and what
 * lies between close its connections, often without a word: an exchange would wait for its timeout, and a POST be in doubt.
 */
const LONGEST_IDLE_MS = 30_000;

export type Send = (exchange: Exchange) => Promise<Reply>;

/** @param now milliseconds by a clock that goes on while the process is frozen */
export const createSend = (timeoutMs = TIMEOUT_MS, now: () => number = Date.now): Send => {
  const agents = {
    'http:': { module: http, kept: new http.Agent({ keepAlive: true }), single: new http.Agent() },
    'https:': {
      module: https,
      kept: new https.Agent({ keepAlive: true, minVersion: 'TLSv1.2' }),
      single: new https.Agent({ minVersion: 'TLSv1.2' }),
    },
  };

  const once = (
    { method, url, headers, body }: Exchange,
    fresh = false,
  ): Promise<Reply & { readonly stale?: boolean }> =>
    new Promise((resolve) => {
      const { module, kept, single } = agents[url.protocol === 'http:' ? 'http:' : 'https:'];
      const agent = fresh ? single : kept;
      const request = module.request({
        // An IPv6 address is in brackets in a URL only.
        hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
        port: url.port,
        path: `${url.pathname}${url.search}`,
        method,
        agent,
        headers: {
          ...headers,
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        },
      });
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        request.destroy();
      }, timeoutMs);
      const fail = (error: Error): void => {
        clearTimeout(timer);
        const code = isLate ? 'timeout' : codeOf(error);
        const sent = !NEVER_SENT.has(code) && !isTlsRefusal(code);
        resolve({ kind: 'no-answer', sent, why: code, stale: request.reusedSocket && code === 'ECONNRESET' });
      };
      request.on('error', fail);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_ANSWER_BYTES)
            response.destroy(new Error(`an answer of over ${MAX_ANSWER_BYTES} bytes`));
          else chunks.push(chunk);
        });
        response.on('error', fail);
        response.on('end', () => {
          clearTimeout(timer);
          resolve({
            kind: 'answer',
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          });
        });
      });
      request.end(body);
    });

  const closeIdle = (): void => {
    for (const { kept } of Object.values(agents))
      for (const idle of Object.values(kept.freeSockets)) for (const socket of idle ?? []) socket.destroy();
  };
  let lastEndedAt = now();

  return async (exchange) => {
    if (now() - lastEndedAt > LONGEST_IDLE_MS) closeIdle();
    const reply = await once(exchange);
    lastEndedAt = now();
    if (reply.kind === 'answer' || reply.stale !== true) return reply;
    // The server had closed a connection that lay idle, as while Lambda froze the process: not an answer of any kind.
    // Those that lie beside it will be closed too.
    closeIdle();
    return exchange.method === 'GET' ? once(exchange, true) : reply;
  };
};
