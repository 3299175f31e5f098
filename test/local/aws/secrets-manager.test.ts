import {
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientConfig } from '../../../local/aws/account.ts';
import { startSecretsManager } from '../../../local/aws/secrets-manager.ts';
import type { SecretsManager } from '../../../local/aws/secrets-manager.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:token-L0cal0';

let secrets: SecretsManager;
let client: SecretsManagerClient;

beforeEach(async () => {
  secrets = await startSecretsManager(['token', 'empty']);
  secrets.put('token', 'first');
  client = new SecretsManagerClient({ ...clientConfig(secrets.origin), maxAttempts: 1 });
});

afterEach(async () => {
  client.destroy();
  await secrets.close();
});

const read = (id: string) => client.send(new GetSecretValueCommand({ SecretId: id }));

test.each(['token', ARN])('reads a secret by name or ARN: %s', async (id) => {
  expect(await read(id)).toMatchObject({
    ARN,
    Name: 'token',
    SecretString: 'first',
    VersionStages: ['AWSCURRENT'],
  });
});

test('reads what was put last, as another version', async () => {
  const first = await read('token');
  secrets.put('token', 'second');
  const second = await read('token');
  expect(second.SecretString).toBe('second');
  expect(second.VersionId).not.toBe(first.VersionId);
  expect(second.CreatedDate).toBeInstanceOf(Date);
});

test.each(['other', 'empty', `${ARN}x`])('has no secret or no value: %s', async (id) => {
  await expect(read(id)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    $metadata: { httpStatusCode: 400 },
  });
});

test.each([
  { trouble: 'throttled', name: 'ThrottlingException', status: 400 },
  { trouble: 'down', name: 'InternalServiceError', status: 500 },
  { trouble: 'denied', name: 'AccessDeniedException', status: 400 },
] as const)('can be $trouble for a while', async ({ trouble, name, status }) => {
  secrets.trouble(trouble);
  await expect(read('token')).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
  secrets.trouble(undefined);
  expect((await read('token')).SecretString).toBe('first');
});

test('knows this one operation', async () => {
  await expect(client.send(new ListSecretsCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  });
});

test.each(['constructor', 'toString', ''])('has no operation %j', async (target) => {
  const { status } = await fetch(secrets.origin, {
    method: 'POST',
    headers: { 'x-amz-target': target },
    body: '{"SecretId":"token"}',
  });
  expect(status).toBe(400);
});

test.each(['{', '[]', '{"SecretId":1}'])('answers 400 to %s', async (body) => {
  const { status } = await fetch(secrets.origin, {
    method: 'POST',
    headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' },
    body,
  });
  expect(status).toBe(400);
});
