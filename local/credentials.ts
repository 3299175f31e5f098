/** The keys and the token of a run: the operator's own, or ones for this machine alone. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Configuration } from '../lambda/configuration.ts';
import { authOf, isWebhook, usableKeys } from '../lambda/sources/source.ts';
import type { WebhookSource } from '../lambda/sources/source.ts';
import type { Keys } from './embedded.ts';
import { isLoopback, UsageError } from './flags.ts';
import type { Flags } from './flags.ts';

export interface Credentials {
  readonly keys: Keys;
  readonly token: string;
  /** The keys are the well-known ones below. */
  readonly areDevelopmentKeys: boolean;
}

/** What the simulator takes for a token. */
const DEVELOPMENT_TOKEN = 'local-netsapiens-token';

/**
 * Keys that anybody can look up, and the simulator's token, are used only as long as nothing outside of this machine
 * can be changed with them.
 *
 * @throws UsageError
 */
export const credentialsOf = (
  { netsapiens, keysFile, token }: Pick<Flags, 'netsapiens' | 'keysFile' | 'token'>,
  { sources }: Pick<Configuration, 'sources'>,
): Credentials => {
  const isReal = netsapiens !== undefined && !isLoopback(netsapiens);
  const missing = [
    ...(keysFile === undefined ? ['--keys FILE'] : []),
    ...(token === undefined ? ['NETSAPIENS_TOKEN'] : []),
  ];
  if (isReal && missing.length > 0)
    throw new UsageError(
      `--netsapiens ${netsapiens} is a real server: ${missing.join(' and ')} must be given`,
    );
  const webhooks = Object.entries(sources).filter((entry): entry is [string, WebhookSource] =>
    isWebhook(entry[1]),
  );
  return {
    keys: keysFile === undefined ? developmentKeys(webhooks) : readKeys(keysFile, webhooks),
    token: token ?? DEVELOPMENT_TOKEN,
    areDevelopmentKeys: keysFile === undefined,
  };
};

type Webhooks = readonly (readonly [name: string, source: WebhookSource])[];

/** `local-NAME-key`, and where a key has to be base64, that text's SHA-256. */
const developmentKeys = (webhooks: Webhooks): Keys =>
  Object.fromEntries(
    webhooks.map(([name, source]) => {
      const auth = authOf(source);
      const text = `local-${name}-key`;
      const base64 = createHash('sha256').update(text).digest('base64');
      const keys = { text, base64, whsec: `whsec_${base64}` };
      return [name, keys['hmac' in auth ? auth.hmac.key : 'text']];
    }),
  );

const text = z.string().min(1);
const keysSchema = z.record(z.string(), z.union([text, z.array(text).min(1)]));

/** The messages name sources, never keys; not even JSON.parse's own message, for it quotes the text. */
const readKeys = (file: string, webhooks: Webhooks): Keys => {
  const keys = keysSchema.safeParse(parsed(file)).data;
  if (!keys)
    throw new UsageError(`--keys ${file}: must be JSON of the form {"source": "key" or ["key", "key"]}`);
  const names = webhooks.map(([name]) => name);
  const unknown = Object.keys(keys).filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new UsageError(
      `--keys ${file}: ${unknown.join(', ')}: no source that takes a key; these do: ${names.join(', ')}`,
    );
  for (const [name, source] of webhooks) {
    const given = keys[name];
    if (given === undefined) throw new UsageError(`--keys ${file}: the source ${name} has no key`);
    const all = typeof given === 'string' ? [given] : given;
    if (usableKeys(source, all).length < all.length)
      throw new UsageError(
        `--keys ${file}: a key of the source ${name} cannot verify anything: it is blank, not encoded as the source wants it, or published by the vendor for tests`,
      );
  }
  return keys;
};

const parsed = (file: string): unknown => {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `--keys ${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
};
