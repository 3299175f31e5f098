/** NetSapiens API v2, the two calls that Onqueue makes. */
import { SecretUnavailable } from '../aws/secrets.ts';
import type { Secret } from '../aws/secrets.ts';
import { parsed } from '../json.ts';
import { API_PATH } from '../names.ts';
import { classifyAdd, classifyRead } from './answer.ts';
import type { AddVerdict, ReadVerdict, TryAgain } from './answer.ts';
import type { Exchange, Reply, Send } from './http.ts';
import type { AddAgentBody } from './request.ts';

export interface NetSapiens {
  /** `GET /domains/{domain}/callqueues/{callqueue}/agents` */
  readAgents(callqueue: string): Promise<ReadVerdict>;
  /** `POST /domains/{domain}/callqueues/{callqueue}/agents` */
  addAgent(callqueue: string, body: AddAgentBody): Promise<AddVerdict>;
}

/** The token's secret: plain text, or JSON `{"token": "..."}`. Undefined where it holds no token that a header can carry. */
export const tokenOf = (secret: string): string | undefined => {
  const token = (jsonToken(secret) ?? secret).trim();
  return /^[\x21-\x7e]+$/.test(token) && !token.startsWith('{') ? token : undefined;
};

const jsonToken = (secret: string): string | undefined => {
  const json = parsed(secret);
  return typeof json === 'object' && json !== null && 'token' in json && typeof json.token === 'string'
    ? json.token
    : undefined;
};

const noToken = (reason: string): TryAgain => ({
  kind: 'try-again',
  fault: 'own',
  code: 'credential-unavailable',
  owner: 'configuration',
  inDoubt: false,
  notBefore: 0,
  reason,
});

export const createNetSapiens = (parts: {
  /** `https://host` */
  readonly origin: string;
  readonly domain: string;
  readonly token: Secret;
  readonly send: Send;
  readonly now: () => number;
}): NetSapiens => {
  const { origin, domain, token, send, now } = parts;

  const agentsUrl = (callqueue: string): URL =>
    new URL(
      `${API_PATH}/domains/${encodeURIComponent(domain)}/callqueues/${encodeURIComponent(callqueue)}/agents`,
      origin,
    );

  const authorized = (exchange: Exchange, bearer: string): Promise<Reply> =>
    send({ ...exchange, headers: { ...exchange.headers, authorization: `Bearer ${bearer}` } });

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

  const headers = { accept: 'application/json' };

  return {
    readAgents: async (callqueue) => {
      const reply = await exchange({ method: 'GET', url: agentsUrl(callqueue), headers });
      return reply.kind === 'try-again' ? reply : classifyRead(reply, now());
    },
    addAgent: async (callqueue, body) => {
      const reply = await exchange({
        method: 'POST',
        url: agentsUrl(callqueue),
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return reply.kind === 'try-again' ? reply : classifyAdd(reply, now());
    },
  };
};
