import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configurationSchema } from '../../lambda/configuration.ts';
import { credentialsOf } from '../../local/credentials.ts';

const CONFIGURATION = configurationSchema.parse({
  netsapiens: { server: 'pbx.example.com', domain: 'acme.example' },
  alarms: { email: 'a@acme.example' },
  sources: {
    helpdesk: { type: 'zendesk' },
    signup: { type: 'standard-webhooks' },
    hooks: { type: 'http', auth: { hmac: { header: 'X-Sig', key: 'base64' } } },
    bus: { type: 'eventbridge', pattern: { source: ['a'] } },
  },
  rules: [],
});

const NOTHING = { netsapiens: undefined, keysFile: undefined, token: undefined };
const GOOD = { helpdesk: ['old', 'new'], signup: 'whsec_c2VjcmV0', hooks: 'c2VjcmV0' };

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'onqueue-test-'));
});
afterAll(() => rm(directory, { recursive: true }));

const file = async (content: unknown): Promise<string> => {
  const path = join(directory, 'keys.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

test('without any, well-known ones: each as its source wants it', () => {
  expect(credentialsOf(NOTHING, CONFIGURATION)).toEqual({
    keys: {
      helpdesk: 'local-helpdesk-key',
      // echo -n local-signup-key | openssl dgst -sha256 -binary | base64
      signup: 'whsec_K1l7Z8TPM4xsCGQKS7dHMMP7U9aW61vJh+ZKvmwMIyU=',
      // echo -n local-hooks-key | openssl dgst -sha256 -binary | base64
      hooks: 'c1J7EITI1FkRuyFA8hx9t+KMeuE2DKD3gVyxuVoQK00=',
    },
    token: 'local-netsapiens-token',
    areDevelopmentKeys: true,
  });
});

test('given ones', async () => {
  const flags = { netsapiens: 'https://pbx.example.com', keysFile: await file(GOOD), token: 'nsd_1' };
  expect(credentialsOf(flags, CONFIGURATION)).toEqual({
    keys: GOOD,
    token: 'nsd_1',
    areDevelopmentKeys: false,
  });
});

describe('a real server is never reached with what everybody knows', () => {
  test.each([
    { keysFile: undefined, token: undefined, missing: '--keys FILE and NETSAPIENS_TOKEN must be given' },
    { keysFile: undefined, token: 'nsd_1', missing: '--keys FILE must be given' },
    { keysFile: 'any', token: undefined, missing: 'NETSAPIENS_TOKEN must be given' },
  ])('$missing', ({ missing, ...flags }) => {
    expect(() => credentialsOf({ ...flags, netsapiens: 'https://pbx.example.com' }, CONFIGURATION)).toThrow(
      missing,
    );
  });

  test('one on this machine may be', () => {
    const flags = { ...NOTHING, netsapiens: 'http://127.0.0.1:9000' };
    expect(credentialsOf(flags, CONFIGURATION).areDevelopmentKeys).toBe(true);
  });
});

describe('--keys', () => {
  test.each<[unknown, string]>([
    ['{"helpdesk": "geheim', 'must be JSON of the form'],
    [['geheim'], 'must be JSON of the form'],
    [{ ...GOOD, helpdesk: 1 }, 'must be JSON of the form'],
    [{ ...GOOD, helpdesk: [] }, 'must be JSON of the form'],
    [{ ...GOOD, helpdesk: '' }, 'must be JSON of the form'],
    [
      { ...GOOD, helpdeks: 'geheim' },
      'helpdeks: no source that takes a key; these do: helpdesk, signup, hooks',
    ],
    [{ ...GOOD, bus: 'geheim' }, 'bus: no source that takes a key'],
    [{ helpdesk: 'geheim', signup: 'c2VjcmV0' }, 'the source hooks has no key'],
    [{ ...GOOD, helpdesk: 'geheim\n' }, 'a key of the source helpdesk cannot verify anything'],
    [{ ...GOOD, signup: ['c2VjcmV0', '*geheim*'] }, 'a key of the source signup cannot verify anything'],
  ])('%j: %s', async (content, message) => {
    const keysFile = await file(content);
    const run = () => credentialsOf({ ...NOTHING, keysFile }, CONFIGURATION);
    expect(run).toThrow(message);
    expect(run).toThrow(expect.not.stringContaining('geheim') as Error);
  });

  test('that is not there', () => {
    expect(() =>
      credentialsOf({ ...NOTHING, keysFile: join(directory, 'none.json') }, CONFIGURATION),
    ).toThrow('none.json: cannot be read');
  });
});
