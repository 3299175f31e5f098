/** What `npm run simulator` is asked for. */
import { parseArgs } from 'node:util';
import { portOf, UsageError } from '../flags.ts';
import { generated, MOST_PEOPLE, readTelephones } from './file.ts';
import type { Telephones } from './file.ts';

const DEFAULT_PORT = 8788;

const USAGE = `npm run simulator -- [FLAGS]
  --port N         the port on 127.0.0.1 (default: ${DEFAULT_PORT}; 0: a free one)
  --domain DOMAIN  the domain's name (default: acme.example)
  --users N        so many people in it, from extension 10000 on (default: 200)
  --file FILE      all of it from a file, YAML or JSON, in place of --domain and --users: docs/simulator.md`;

const OPTIONS = {
  port: { type: 'string' },
  domain: { type: 'string' },
  users: { type: 'string' },
  file: { type: 'string' },
} as const;

/** @throws UsageError */
export const readSimulatorFlags = (
  args: readonly string[] = process.argv.slice(2),
): { readonly port: number; readonly telephones: Telephones } => {
  const { port, domain, users, file } = parse(args);
  if (file !== undefined && (domain !== undefined || users !== undefined))
    throw new UsageError(
      '--file: has the domain and the users in it; --domain and --users do not go with it',
    );
  return {
    port: port === undefined ? DEFAULT_PORT : portOf(port),
    telephones:
      file === undefined
        ? generated({
            ...(domain === undefined ? {} : { domain }),
            ...(users === undefined ? {} : { people: peopleOf(users) }),
          })
        : readTelephones(file),
  };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
};

const peopleOf = (text: string): number => {
  if (!/^\d{1,6}$/.test(text) || Number(text) > MOST_PEOPLE)
    throw new UsageError(`--users: "${text}" is no number from 0 to ${MOST_PEOPLE}`);
  return Number(text);
};
