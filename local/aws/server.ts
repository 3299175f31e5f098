/** HTTP on this machine, for the stand-ins and for the public front. */
import { createServer, IncomingMessage } from 'node:http';
import type { ServerResponse } from 'node:http';

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

export interface Serving {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly close: () => Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/**
 * @param options.port 0 or left out: a free one
 * @throws Error of node:net where the port is taken (EADDRINUSE) or not allowed (EACCES)
 */
export const serve = async (
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void,
  { port = 0 }: { readonly port?: number | undefined } = {},
): Promise<Serving> => {
  const server = createServer((request, response) => {
    Promise.resolve(handle(request, response)).catch(() => {
      // Mostly a client that was killed in the middle of its request; whoever is still there is told.
      if (response.headersSent) response.destroy();
      else json(response, 500, { message: 'Internal Server Error' });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, LOOPBACK, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    origin: `http://${LOOPBACK}:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => {
          if (error) reject(error);
          else resolve();
        });
        server.closeAllConnections();
      }),
  };
};

/** @throws BodyTooLarge once more than `limit` bytes have come; Error where the client went away */
export const readBody = (request: IncomingMessage, limit = Infinity): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request
      .on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= limit) chunks.push(chunk);
        // The rest is read and let go: the connection stays, so that there can be an answer.
        else reject(new BodyTooLarge());
      })
      .on('error', reject)
      .on('end', () => resolve(Buffer.concat(chunks)));
  });

/**
 * The request once more, now that all of it is here. The stand-ins from elsewhere throw outside of any promise, or
 * never answer, when a client is killed half-way through; they only ever get to see whole requests.
 */
export const whole = (request: IncomingMessage, body: Buffer): IncomingMessage => {
  const copy = new IncomingMessage(request.socket);
  copy.method = request.method;
  copy.url = request.url;
  copy.headers = request.headers;
  copy.complete = true;
  copy.push(body);
  copy.push(null);
  return copy;
};

export const json = (
  response: ServerResponse,
  status: number,
  value: unknown,
  type = 'application/json',
): void => {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
};
