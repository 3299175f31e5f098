import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSecret, SecretUnavailable } from '../../lambda/aws/secrets.ts';
import { clientConfig } from '../../local/aws/account.ts';
import { startSecretsManager } from '../../local/aws/secrets-manager.ts';
import type { SecretsManager } from '../../local/aws/secrets-manager.ts';

let server: SecretsManager;
let clock = 0;
beforeEach(async () => {
  server = await startSecretsManager(['s']);
  server.put('s', 'first');
});
afterEach(() => server.close());

const secret = () => createSecret('s', () => clock, { ...clientConfig(server.origin), maxAttempts: 1 });

test('is kept for five minutes, and read afresh on demand', async () => {
  const read = secret().read;
  expect(await read()).toBe('first');
  server.put('s', 'second');
  clock += 299_999;
  expect(await read()).toBe('first');
  expect(await read(0)).toBe('second');
  server.put('s', 'third');
  clock += 300_000;
  expect(await read()).toBe('third');
});

test('reads at the same time are one', async () => {
  let calls = 0;
  const noted = () => {
    calls += 1;
  };
  const logger = { debug: noted, info: noted, warn: noted, error: noted };
  const { read } = createSecret('s', () => clock, { ...clientConfig(server.origin), logger });
  await Promise.all([read(), read(), read()]);
  expect(calls).toBe(1);
});

test.each(['throttled', 'down', 'denied'] as const)('a failed read (%s) is never kept', async (trouble) => {
  const read = secret().read;
  server.trouble(trouble);
  await expect(read()).rejects.toThrow(SecretUnavailable);
  server.trouble(undefined);
  expect(await read()).toBe('first');
});

test('a secret without a value is unavailable, and its error quotes nothing', async () => {
  server.put('s', undefined);
  await expect(secret().read()).rejects.toThrow('Secrets Manager did not give the secret');
});
