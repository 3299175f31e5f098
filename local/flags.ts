/** What is asked for on the command line; with lambda/env.ts the only reader of process.env. */
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';

export interface Flags {
  readonly configurationFile: string;
  /** Left out: the command's own default. */
  readonly port: number | undefined;
  /** The origin of a NetSapiens server; left out: the simulator. */
  readonly netsapiens: string | undefined;
  readonly keysFile: string | undefined;
  readonly bundled: boolean;
  /** Every sender on the list in place of the operator's own. */
  readonly all: boolean;
  /** Of NETSAPIENS_TOKEN. */
  readonly token: string | undefined;
}

/** The command line asks for what there is not; the message is for the person who wrote it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `Flags:
  --config FILE        the operator's file (default: onqueue.yaml of this repository)
  --port N             the port on 127.0.0.1 (0: a free one)
  --netsapiens ORIGIN  a NetSapiens server in place of the simulator: https://host[:port], or
                       http://127.0.0.1:port on this machine; its token comes from NETSAPIENS_TOKEN
  --keys FILE          signing keys, JSON: {"source": "key" or ["key", "key"]}
  --bundled            run the very bundles that are deployed, each in a process of its own
  --all                every sender there is, by local/demo/all.yaml in place of onqueue.yaml; the demo sends one
                       event as each`;

const OPTIONS = {
  config: { type: 'string' },
  port: { type: 'string' },
  netsapiens: { type: 'string' },
  keys: { type: 'string' },
  bundled: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
} as const;

/** @throws UsageError */
export const readFlags = (
  args: readonly string[] = process.argv.slice(2),
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Flags => {
  const { config, port, netsapiens, keys, bundled, all } = parse(args);
  return {
    configurationFile: config ?? (all ? besideThis('demo/all.yaml') : operatorsFile()),
    port: port === undefined ? undefined : portOf(port),
    netsapiens: netsapiens === undefined ? undefined : originOf(netsapiens),
    keysFile: keys,
    bundled,
    all,
    token: tokenVariable(variables),
  };
};

const besideThis = (path: string): string => relative(process.cwd(), join(import.meta.dirname, path));

/** The onqueue.yaml of this repository. */
export const operatorsFile = (): string => besideThis('../onqueue.yaml');

/** What NETSAPIENS_TOKEN holds; empty is none. */
export const tokenVariable = (
  variables: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined => variables['NETSAPIENS_TOKEN'] || undefined;

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
};

/** @throws UsageError */
export const portOf = (text: string): number => {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new UsageError(`--port: "${text}" is no port: a number from 0 (a free one) to 65535`);
  return Number(text);
};

/** Where plain HTTP goes no further than this machine. */
const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

export const isLoopback = (origin: string): boolean => LOOPBACK.includes(new URL(origin).hostname);

/** @throws UsageError */
export const originOf = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The value may hold credentials: it is not repeated before that is ruled out.
  if (url?.username || url?.password)
    throw new UsageError('--netsapiens: has credentials in it; the token comes from NETSAPIENS_TOKEN');
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new UsageError(`--netsapiens: "${text}" is no origin: https://host[:port] is wanted`);
  if (url.pathname !== '/' || /[?#]/.test(text))
    throw new UsageError(`--netsapiens: "${text}" has a path; ${url.origin} is enough, /ns-api/v2 is added`);
  if (url.protocol === 'http:' && !isLoopback(url.origin))
    throw new UsageError(
      `--netsapiens: "${text}" would send the token in the clear; https:// is wanted, http:// only for ${LOOPBACK.join(', ')}`,
    );
  return url.origin;
};
