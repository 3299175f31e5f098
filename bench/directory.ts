/**
 * A person among 50,000: time of the first search and of one in the copy, and the memory that the copy takes.
 *
 * The telephone system and the search run in processes of their own, so that neither's memory counts as the other's.
 */
import { execFile, fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import * as z from 'zod';
import { createNetSapiens } from '../lambda/netsapiens/client.ts';
import { createDirectory } from '../lambda/netsapiens/directory.ts';
import { createSend } from '../lambda/http.ts';
import { startSimulator } from '../local/netsapiens/simulator.ts';

const USERS = 50_000;
const DOMAIN = 'acme.example';
const TOKEN = 'nsd_bench';

const figuresSchema = z.object({
  users: z.number(),
  firstSearchMs: z.number(),
  /** Of the searching process alone: what is left of the time where the telephone system answers at once. */
  firstSearchCpuMs: z.number(),
  /** The mean of many, each for somebody else. */
  cachedSearchMs: z.number(),
  /** What is left after a garbage collection. */
  heapGrowthMB: z.number(),
  /** The most that the process took beyond what it had before. */
  peakGrowthMB: z.number(),
});
export type DirectoryFigures = z.infer<typeof figuresSchema>;

/** Fields that a real row has and that nobody here needs: a row is about 1.5 KB, as from a server. */
const REST = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => [`some-setting-of-the-user-${index}`, 'automatic']),
);

const userOf = (index: number) => ({
  ...REST,
  user: String(100_000 + index),
  'name-first-name': `Given${index % 977}`,
  'name-last-name': `Family${index}`,
  'email-address': `given${index % 977}.family${index}@acme.example${index % 10 === 0 ? `;f${index}@acme.example` : ''}`,
  'service-code': index % 50 === 0 ? 'system-queue' : '',
});

const serveUsers = async (): Promise<void> => {
  const users = Array.from({ length: USERS }, (_, index) => userOf(index));
  const { origin } = await startSimulator({ domain: DOMAIN, token: TOKEN, queues: [], users });
  process.send?.(origin);
};

const collectGarbage = (): void => {
  // There with --expose-gc alone.
  if (!globalThis.gc) throw new Error('the search needs --expose-gc');
  globalThis.gc();
};

const search = async (origin: string): Promise<DirectoryFigures> => {
  const netsapiens = createNetSapiens({
    origin,
    domain: DOMAIN,
    token: { read: () => Promise.resolve(TOKEN) },
    send: createSend(),
    now: Date.now,
  });
  const directory = createDirectory({ netsapiens, domain: DOMAIN, now: Date.now });
  const find = async (index: number): Promise<void> => {
    const email = `given${index % 977}.family${index}@acme.example`;
    const verdict = await directory.find({ email }, 'user');
    if (verdict.kind !== 'found' || verdict.agent !== `${100_000 + index}@${DOMAIN}`)
      throw new Error(`${email} was not found: ${JSON.stringify(verdict)}`);
  };

  // The code is loaded, and the connection open.
  await netsapiens.countUsers();
  collectGarbage();
  const before = process.memoryUsage();
  const begun = performance.now();
  const cpuBefore = process.cpuUsage();
  await find(USERS - 1);
  const firstSearchMs = performance.now() - begun;
  const cpu = process.cpuUsage(cpuBefore);
  const peak = process.resourceUsage().maxRSS * 1024;
  collectGarbage();
  const heapGrowth = process.memoryUsage().heapUsed - before.heapUsed;

  const searches = 10_000;
  const again = performance.now();
  for (let index = 1; index <= searches; index += 1) await find(index % 50 === 0 ? 1 : index);
  const cachedSearchMs = (performance.now() - again) / searches;
  const MB = 1024 * 1024;
  return {
    users: USERS,
    firstSearchMs,
    firstSearchCpuMs: (cpu.user + cpu.system) / 1000,
    cachedSearchMs,
    heapGrowthMB: heapGrowth / MB,
    peakGrowthMB: (peak - before.rss) / MB,
  };
};

const originOf = async (server: ChildProcess): Promise<string> => {
  const message: unknown = await once(server, 'message');
  return z.tuple([z.string()], z.unknown()).parse(message)[0];
};

export const measureDirectory = async (): Promise<DirectoryFigures> => {
  const server = fork(import.meta.filename, ['serve']);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--expose-gc',
      import.meta.filename,
      'search',
      await originOf(server),
    ]);
    return figuresSchema.parse(JSON.parse(stdout));
  } finally {
    server.kill();
  }
};

if (import.meta.main) {
  const [role, origin = ''] = process.argv.slice(2);
  if (role === 'serve') await serveUsers();
  else if (role === 'search') console.log(JSON.stringify(await search(origin)));
  else console.table(await measureDirectory());
}
