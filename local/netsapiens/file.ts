/** A telephone system as a file describes it, for the simulator that stands alone. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { inPlainWords } from '../../infra/plain-words.ts';
import { UsageError } from '../flags.ts';
import { newAgentSchema } from './agent.ts';
import { directoryOf } from './directory.ts';
import type { SimulatorOptions } from './simulator.ts';

const DEFAULT_DOMAIN = 'acme.example';
const DEFAULT_PEOPLE = 200;
/** With more, the extensions of the system's records would run into those of the people. */
export const MOST_PEOPLE = 100_000;

const text = z.string().min(1);
const some = z.exactOptional(z.string());
const milliseconds = z.exactOptional(z.int().min(0));
const modelSchema = z.enum(['agent', 'callqueue', 'subscriber', 'device', '*']);

const userSchema = z.strictObject({
  user: text,
  'name-first-name': some,
  'name-last-name': some,
  'email-address': some,
  'user-scope': some,
  department: some,
  site: some,
  'service-code': some,
  devices: z.exactOptional(z.array(text)),
});

const queueSchema = z.strictObject({
  callqueue: text,
  description: z.string(),
  'callqueue-dispatch-type': some,
  agents: z.exactOptional(z.array(newAgentSchema)),
});

const rightSchema = z.union(
  [
    z.enum(['full', 'read-only', 'none']),
    z.strictObject({ models: z.array(modelSchema), readOnly: z.exactOptional(z.boolean()) }),
  ],
  `must be full, read-only, none, or { models: [...] } with some of ${modelSchema.options.join(', ')}`,
);

const fileSchema = z.strictObject({
  domain: text.default(DEFAULT_DOMAIN),
  /** So many, generated, beside the users. */
  people: z.int().min(0).max(MOST_PEOPLE).default(DEFAULT_PEOPLE),
  users: z.array(userSchema).default([]),
  queues: z.array(queueSchema).default([
    { callqueue: '3000', description: 'Support' },
    { callqueue: '3001', description: 'Sales' },
    { callqueue: '3900', description: 'Parking', 'callqueue-dispatch-type': 'Call Park' },
  ]),
  tokens: z.exactOptional(z.record(text, rightSchema)),
  firstUser: z.exactOptional(z.literal([0, 1])),
  alreadyThere: z.exactOptional(z.enum(['overwrite', 'conflict', 'exists'])),
  emptyQueue: z.exactOptional(z.enum(['array', 'not-found'])),
  tildeForKeys: z.exactOptional(z.enum(['documented', 'refused'])),
  lagMs: milliseconds,
  blockMs: milliseconds,
  latencyMs: milliseconds,
});

export type Telephones = Omit<SimulatorOptions, 'token' | 'port'>;

const telephones = (given: unknown, file: string): Telephones => {
  const result = fileSchema.safeParse(given, { error: inPlainWords });
  if (!result.success)
    throw new UsageError(
      result.error.issues
        .map(({ path, message }) => [file, path.join('.'), message].filter((part) => part !== '').join(': '))
        .join('\n'),
    );
  const { people, users, ...others } = result.data;
  return { ...others, users: [...users, ...directoryOf(people, others.domain)] };
};

/** What there is without a file; what is left out is chosen. */
export const generated = (given: { readonly domain?: string; readonly people?: number }): Telephones =>
  telephones(given, '');

/**
 * YAML, and so JSON too.
 * @throws UsageError with a line for each mistake
 */
export const readTelephones = (file: string): Telephones => {
  let given: unknown;
  try {
    given = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--file ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return telephones(given, file);
};
