/** `npm run doctor`, as npm runs it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { secretArn, startSecretsManager } from '../../local/aws/secrets-manager.ts';
import { startSimulator } from '../../local/netsapiens/simulator.ts';

const TOKEN = 'nsd_test-token';

const run = async (args: readonly string[], env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, ['local/doctor.ts', ...args], {
    env: { PATH: '', HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exit = once(child, 'exit');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await exit;
  expect(stdout + stderr).not.toContain(TOKEN);
  return { stdout, stderr, code: code as unknown };
};

const configured = async (queue = '3000'): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'onqueue-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'onqueue.yaml');
  await writeFile(
    file,
    `
netsapiens: { server: pbx.example.com, domain: acme.example }
alarms: { email: telephony@acme.example }
sources: { hr: { type: bamboohr } }
rules:
  - name: Support
    from: [hr]
    queues: ['${queue}', '{% ticket.fields.queue %}']
    agent: { callqueue-agent-id: 1001@acme.example, callqueue-agent-availability-type: manual }
`,
  );
  return file;
};

const simulated = async () => {
  const simulator = await startSimulator({
    domain: 'acme.example',
    token: TOKEN,
    users: [{ user: '1001', 'name-first-name': 'Jane' }],
    queues: [{ callqueue: '3000', description: 'Support' }],
  });
  onTestFinished(simulator.close);
  return simulator;
};

test('no problem: exit 0', async () => {
  const { origin, requests } = await simulated();
  const file = await configured();
  expect(await run(['--netsapiens', origin, '--config', file], { NETSAPIENS_TOKEN: TOKEN })).toEqual({
    stdout: `${origin}, domain acme.example, by ${file}

ok       server  answers, with API version 45.0.0
ok       token   is an API key of one domain (nsd_), which does not expire
ok       key     may write in acme.example; scope Office Manager; models agent, callqueue, subscriber and
                 device
ok       queue   3000 Support: no agents
ok       user    1001@acme.example exists
ok       rule    "Support" sends callqueue-agent-id and callqueue-agent-availability-type
skipped  rule    "Support" takes a queue from the event: it cannot be checked ahead

no problems, no warnings. To add an agent was not tried: this check changes nothing.
`,
    stderr: '',
    code: 0,
  });
  expect(requests.every(({ method }) => method === 'GET')).toBe(true);
});

test('a problem: its remedy, and exit 1', async () => {
  const { origin } = await simulated();
  const args = ['--netsapiens', origin, '--config', await configured('3009')];
  const { stdout, code } = await run(args, { NETSAPIENS_TOKEN: TOKEN });
  expect(stdout).toContain(`
problem  queue   3009 does not exist in acme.example (404: Call queue 3009 not found); the rule "Support"
                 would add to it
                 -> Make this call queue in the portal, or correct \`queues\` in onqueue.yaml.
`);
  expect(stdout).toMatch(/\n1 problem, no warnings\. Mend what is a problem, then run it again\.\n$/);
  expect(code).toBe(1);
});

test.each([
  [
    'TCP',
    (origin: string) => origin.replace(/\d+$/, '1'),
    /problem {2}server {2}127\.0\.0\.1:1 takes no connection \(TCP: refused\)\n/,
  ],
  [
    'TLS',
    (origin: string) => origin.replace('http:', 'https:'),
    /problem {2}server {2}no safe connection to 127\.0\.0\.1:\d+ comes about \(TLS: (?:EPROTO|ERR_SSL\w+)\)\n/,
  ],
])('no way to the server: %s; what the token tells by itself is told', async (_, elsewhere, sentence) => {
  const { origin } = await simulated();
  const args = ['--netsapiens', elsewhere(origin), '--config', await configured()];
  const { stdout, code } = await run(args, { NETSAPIENS_TOKEN: TOKEN });
  expect(stdout).toMatch(sentence);
  expect(stdout).toContain('\nok       token   is an API key of one domain (nsd_)');
  expect(stdout).toContain('\nskipped  rest    nothing more was asked of the server\n');
  expect(code).toBe(1);
});

test('no token', async () => {
  const { origin } = await simulated();
  const { stdout, code } = await run(['--netsapiens', origin, '--config', await configured()]);
  expect(stdout).toContain(`
problem  token   is not given
                 -> Put it into NETSAPIENS_TOKEN, or run the command of the deploy's output CheckNetSapiens
                    (--secret-id ARN).
`);
  expect(code).toBe(1);
});

describe('--secret-id', () => {
  const KEYS = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  const started = async () => {
    const secrets = await startSecretsManager(['Token']);
    onTestFinished(secrets.close);
    return secrets;
  };
  /** The token's line, and what stands below it. */
  const tokenLine = (stdout: string): string =>
    /^\w+ +token +(.*(?:\n {17}.*)*)/m.exec(stdout)?.[1]?.replaceAll(/\s+/g, ' ') ?? stdout;

  test.each([TOKEN, JSON.stringify({ token: TOKEN })])('takes either form', async (value) => {
    const [{ origin }, secrets] = [await simulated(), await started()];
    secrets.put('Token', value);
    const args = ['--secret-id', secretArn('Token'), '--netsapiens', origin, '--config', await configured()];
    // The ARN tells the region.
    const { stdout, stderr, code } = await run(args, {
      ...KEYS,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.origin,
    });
    expect([tokenLine(stdout), stderr, code]).toEqual([
      'is an API key of one domain (nsd_), which does not expire',
      '',
      0,
    ]);
  });

  test.each<
    [string, string, Record<string, string>, (secrets: Awaited<ReturnType<typeof started>>) => void, string]
  >([
    [
      'still the placeholder of the stack',
      secretArn('Token'),
      KEYS,
      ({ put }) => put('Token', '{"token":"","#placeholder":"x"}'),
      "is not filled in yet -> Fill it, as the deploy's output FillToken says.",
    ],
    [
      'no such secret',
      secretArn('Other'),
      KEYS,
      () => undefined,
      "is not in Secrets Manager: no such secret, or it holds nothing -> Copy the ARN from the deploy's output CheckNetSapiens; mind the account and the region.",
    ],
    [
      'no right',
      secretArn('Token'),
      KEYS,
      ({ trouble }) => trouble('denied'),
      'may not be read with the AWS credentials at hand -> Use credentials that allow secretsmanager:GetSecretValue on this secret.',
    ],
    [
      'no credentials',
      secretArn('Token'),
      {},
      () => undefined,
      'cannot be read: there are no AWS credentials -> Log in to AWS as for the deploy, or put the token into NETSAPIENS_TOKEN.',
    ],
    [
      'no region',
      'Token',
      KEYS,
      () => undefined,
      'cannot be read: the name of a secret tells no region -> Give its whole ARN, or set AWS_REGION.',
    ],
    [
      'Secrets Manager is down',
      secretArn('Token'),
      KEYS,
      ({ trouble }) => trouble('down'),
      'cannot be read from Secrets Manager: InternalServiceError: An error occurred on the server side. -> Look at the AWS credentials, the region and the network of this machine.',
    ],
  ])('%s', async (_, id, keys, prepare, sentence) => {
    const [{ origin }, secrets] = [await simulated(), await started()];
    prepare(secrets);
    const args = ['--secret-id', id, '--netsapiens', origin, '--config', await configured()];
    // That the variable holds a token helps nothing: this one was asked for.
    const { stdout, code } = await run(args, {
      ...keys,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.origin,
      NETSAPIENS_TOKEN: TOKEN,
    });
    expect(tokenLine(stdout)).toBe(sentence);
    expect(code).toBe(1);
  });
});

test.each([
  [['--nonsense'], "Unknown option '--nonsense'"],
  [['--netsapiens', 'http://pbx.example.com'], 'would send the token in the clear'],
  [['--config', 'no-such-file.yaml'], 'no-such-file.yaml cannot be read'],
])('%j: exit 1, and one clear sentence', async (args, message) => {
  const { stdout, stderr, code } = await run(args, { NETSAPIENS_TOKEN: TOKEN });
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('    at ');
  expect([stdout, code]).toEqual(['', 1]);
});
