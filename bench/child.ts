/** A server of the benchmark in a process of its own, so that nobody's work counts as another's. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { serve } from '../local/aws/server.ts';

export interface Child {
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

/**
 * @param file under bench/; it calls `serveParent`
 * @param environment on top of nothing
 */
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
export const serveParent = async (handle: Parameters<typeof serve>[0]): Promise<void> => {
  const { origin } = await serve(handle);
  process.on('disconnect', () => process.exit());
  process.send?.(origin);
};
