/** A server of the benchmark in a process of its own, so that nobody's work counts as another's. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import { join } from 'node:path';

export interface Child {
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

/** @param file under bench/; it calls `serveParent`, and has no other environment than this one */
export const startChild = async (
  file: string,
  {
    args = [],
    environment = {},
    nodeFlags = [],
  }: {
    readonly args?: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
    readonly nodeFlags?: readonly string[];
  } = {},
): Promise<Child> => {
  const child = fork(join(import.meta.dirname, file), [...args], {
    env: { ...environment },
    execArgv: [...nodeFlags],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exit = once(child, 'exit');
  const early = exit.then(() => {
    throw new Error(`${file} ended before it served`);
  });
  const [origin = ''] = (await Promise.race([once(child, 'message'), early])).map(String);
  early.catch(() => undefined);
  return {
    origin,
    stop: async () => {
      child.disconnect();
      await exit;
    },
  };
};

/** In the child: serves until the parent has had enough of it. */
export const serveParent = async (
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<void> => {
  // Node closes a connection that is idle for five seconds: what another's turn has left idle would be closed on us.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  await listenForParent(server);
};

/** The same with a server of one's own. */
export const listenForParent = async (server: Server): Promise<void> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  process.on('disconnect', () => process.exit());
  process.send?.(`http://127.0.0.1:${address.port}`);
};
