/** An SDK client's way out, on a `Send`: all that a function does outside of itself takes the same road. */
import type { Send } from '../http.ts';

interface SdkRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** For clients of AWS's JSON protocols, which call by POST. */
export const requestHandler = (send: Send) => ({
  handle: async ({ protocol, hostname, port, path, headers, body = '' }: SdkRequest) => {
    const reply = await send({
      method: 'POST',
      url: new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`),
      headers,
      body: typeof body === 'string' ? body : new TextDecoder().decode(body),
    });
    if (reply.kind === 'no-answer') throw new ConnectionLost(reply.why);
    return {
      response: { statusCode: reply.status, headers: reply.headers, body: Buffer.from(reply.body) },
    };
  },
});
