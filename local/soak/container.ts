/**
 * A function's process, in this one. All that it does outside of itself goes through one `send`: so it can be ended at
 * any of its awaits, and does nothing any more from then on.
 */
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Send } from '../../lambda/netsapiens/http.ts';
import { clientConfig } from '../aws/account.ts';

/** The process is gone; what it had sent may have taken effect or not. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

export interface Container<Arguments extends readonly unknown[], Result> {
  /** @throws Killed */
  readonly invoke: (...given: Arguments) => Promise<Result>;
  readonly kill: () => void;
  readonly dead: () => boolean;
}

/** What a call passes on its way out of a container. */
export type Hop = (next: Send, kill: () => void) => Send;

export const DIRECT: Hop = (next) => next;

export const startContainer = <Arguments extends readonly unknown[], Result>(
  make: (send: Send) => (...given: Arguments) => Promise<Result>,
  hop: Hop,
  open: Send,
): Container<Arguments, Result> => {
  const end = new AbortController();
  const dead = (): boolean => end.signal.aborted;
  const death = new Promise<never>((_, reject) => {
    end.signal.addEventListener('abort', () => reject(new Killed()));
  });
  death.catch(() => undefined);
  const never = new Promise<never>(() => undefined);
  const send = hop(open, () => end.abort());
  const handler = make(async (exchange) => {
    if (dead()) return never;
    const reply = await send(exchange);
    return dead() ? never : reply;
  });
  return {
    invoke: (...given) => Promise.race([handler(...given), death]),
    kill: () => end.abort(),
    dead,
  };
};

/** The SDK's own two tries, with no pause between them: time stands still here. */
const retryStrategy: NonNullable<SQSClientConfig['retryStrategy']> = {
  acquireInitialRetryToken: () => Promise.resolve(tokenOf(0)),
  refreshRetryTokenForRetry: (token, { errorType }) =>
    token.getRetryCount() === 0 && (errorType === 'THROTTLING' || errorType === 'TRANSIENT')
      ? Promise.resolve(tokenOf(1))
      : Promise.reject(new Error('no more tries')),
  recordSuccess: () => undefined,
};
const tokenOf = (count: number) => ({
  getRetryCount: () => count,
  getRetryDelay: () => 0,
  getRetryCost: () => 0,
});

/** The stand-ins want a signature and check none; the true one is a tenth of a run's work. */
const signer: NonNullable<SQSClientConfig['signer']> = {
  sign: (request) => {
    request.headers['x-amz-date'] = '20261123T060000Z';
    request.headers['authorization'] = UNCHECKED;
    return Promise.resolve(request);
  },
};
const UNCHECKED =
  'AWS4-HMAC-SHA256 Credential=local/20261123/us-east-1/local/aws4_request, SignedHeaders=host, Signature=local';

interface AwsRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** The connection broke: the SDK's clients know it by its code, and try again. */
class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  readonly code = 'ECONNRESET';
}

/** An SDK client at a stand-in, whose calls go out through `send`. */
export const awsThrough = (
  origin: string,
  send: Send,
): SQSClientConfig & DynamoDBClientConfig & SecretsManagerClientConfig => ({
  ...clientConfig(origin),
  retryStrategy,
  signer,
  requestHandler: {
    handle: async ({ protocol, hostname, port = 80, path, headers, body = '' }: AwsRequest) => {
      const reply = await send({
        method: 'POST',
        url: new URL(`${protocol}//${hostname}:${port}${path}`),
        headers,
        body: typeof body === 'string' ? body : new TextDecoder().decode(body),
      });
      if (reply.kind === 'no-answer') throw new ConnectionLost(reply.why);
      return {
        response: { statusCode: reply.status, headers: reply.headers, body: Buffer.from(reply.body) },
      };
    },
  },
});
