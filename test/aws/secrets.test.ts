import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSecret, SecretUnavailable } from '../../lambda/aws/secrets.ts';
import { signed } from '../../lambda/aws/sigv4.ts';
import { createSend } from '../../lambda/http.ts';
import type { Exchange } from '../../lambda/http.ts';
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

const secret = () => createSecret('s', () => clock, { ...clientConfig(server.origin), send: createSend() });

test('is kept for five minutes, and read afresh on demand', async () => {
  const one = secret();
  expect(await one.read()).toBe('first');
  server.put('s', 'second');
  clock += 299_999;
  expect(await one.read()).toBe('first');
  expect(await one.read(0)).toBe('second');
  server.put('s', 'third');
  clock += 300_000;
  expect(await one.read()).toBe('third');
});

test('reads at the same time are one', async () => {
  let calls = 0;
  const send = createSend();
  const shared = createSecret('s', () => clock, {
    ...clientConfig(server.origin),
    send: (exchange) => {
      calls += 1;
      return send(exchange);
    },
  });
  await Promise.all([shared.read(), shared.read(), shared.read()]);
  expect(calls).toBe(1);
});

test.each(['throttled', 'down', 'denied'] as const)('a failed read (%s) is never kept', async (trouble) => {
  const one = secret();
  server.trouble(trouble);
  await expect(one.read()).rejects.toThrow(SecretUnavailable);
  server.trouble(undefined);
  expect(await one.read()).toBe('first');
});

test('a secret without a value is unavailable, and its error quotes nothing', async () => {
  server.put('s', undefined);
  await expect(secret().read()).rejects.toThrow('Secrets Manager did not give the secret');
});

test('the call is signed as AWS wants it, and goes to the region where the settings name no endpoint', async () => {
  const exchanges: Exchange[] = [];
  const settings = {
    region: 'cn-north-1',
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'none', sessionToken: 'session' },
  };
  const remote = createSecret('s', () => clock, {
    ...settings,
    send: (exchange) => {
      exchanges.push(exchange);
      return Promise.resolve({ kind: 'answer', status: 200, headers: {}, body: '{"SecretString":"far"}' });
    },
  });
  expect(await remote.read()).toBe('far');
  const [{ url, headers, body = '' }] = exchanges as [Exchange];
  expect(url.href).toBe('https://secretsmanager.cn-north-1.amazonaws.com.cn/');
  expect(JSON.parse(body)).toEqual({ SecretId: 's' });
  expect(headers['x-amz-security-token']).toBe('session');
  const names = /SignedHeaders=([^,]*)/.exec(headers['authorization'] ?? '')?.[1]?.split(';') ?? [];
  expect(names).toEqual(
    expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target']),
  );
  const [, ...at] = /^(....)(..)(..T..)(..)(..Z)$/.exec(headers['x-amz-date'] ?? '') ?? [];
  const again = signed({
    ...settings,
    host: 'secretsmanager.cn-north-1.amazonaws.com.cn',
    headers: Object.fromEntries(names.map((name) => [name, headers[name] ?? ''])),
    body,
    service: 'secretsmanager',
    at: new Date(`${at.slice(0, 3).join('-')}:${at.slice(3).join(':')}`),
  });
  expect(headers['authorization']).toBe(again['authorization']);
});
