/** Starts neighbours-process.ts. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Neighbours {
  /** Of AWS and NetSapiens alike: the path and the headers tell which is meant. */
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

export const startNeighbours = async (): Promise<Neighbours> => {
  const child = fork(join(import.meta.dirname, 'neighbours-process.ts'));
  const [origin] = (await once(child, 'message')).map(String);
  return {
    origin: origin ?? '',
    stop: async () => {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
};
