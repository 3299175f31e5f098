import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyChecks, synthesise } from '../../infra/synth.ts';
import type { Synthesised } from '../../infra/synth.ts';
import { ENVIRONMENT } from '../../lambda/names.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'onqueue-synth-'));
afterAll(() => rmSync(directory, { recursive: true }));

let synthesised: Synthesised;
beforeAll(async () => {
  synthesised = await synthesise({
    configurationFile: join(root, 'onqueue.yaml'),
    outdir: join(directory, 'cdk.out'),
  });
});

/** Runs in a Node of its own, with no environment but what is given. */
const run = (args: readonly string[], env: Readonly<Record<string, string>>) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, args, { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });

test('a finding of either pack of cdk-nag stops a synth; ours has none', () => {
  const app = new App({ outdir: join(directory, 'found') });
  new Queue(new Stack(app, 'Careless'), 'Naked');
  applyChecks(app);
  expect(() => app.synth()).toThrow(/AwsSolutions-SQS4[^]*Serverless-SQSRedrivePolicy/);

  const report: unknown = JSON.parse(
    readFileSync(join(synthesised.directory, 'validation-report.json'), 'utf8'),
  );
  expect(report).toMatchObject({ pluginReports: [] });
});

test.each(['receive', 'receive-event', 'deliver'] as const)(
  'the bundle of %s loads in a Node of its own',
  async (name) => {
    const { logicalId, bundle } = synthesised.functions[name];
    const template = JSON.parse(readFileSync(synthesised.templateFile, 'utf8')) as {
      Resources: Record<string, { Properties: { Code: { S3Key: string } } }>;
    };
    expect(bundle).toBe(
      join(
        dirname(synthesised.templateFile),
        `asset.${template.Resources[logicalId]?.Properties.Code.S3Key.replace('.zip', '') ?? ''}`,
      ),
    );
    expect(statSync(join(bundle, 'index.cjs')).size).toBeLessThan(1024 * 1024);

    const module = pathToFileURL(join(bundle, 'index.cjs')).href;
    const env = Object.fromEntries(ENVIRONMENT[name].map((variable) => [variable, 'https://there.test']));
    const load = ['--input-type=module', '--eval', `console.log(typeof (await import('${module}')).handler)`];
    const lambda = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'none' };
    expect(await run(load, { ...env, ...lambda })).toEqual({
      code: 0,
      stdout: 'function\n',
      stderr: '',
    });
  },
  30_000,
);

test('a function carries its own part of the configuration, and no other', () => {
  const code = (name: 'receive' | 'receive-event' | 'deliver') =>
    readFileSync(join(synthesised.functions[name].bundle, 'index.cjs'), 'utf8');
  const SENDERS = 'X-Payroll-Signature';
  const RULES = 'Night line by request';
  const carries = (name: 'receive' | 'receive-event' | 'deliver') => [
    code(name).includes(SENDERS),
    code(name).includes(RULES),
  ];
  expect(carries('receive')).toEqual([true, false]);
  expect(carries('receive-event')).toEqual([true, false]);
  expect(carries('deliver')).toEqual([false, true]);
});

test('a second synth makes the same assets', async () => {
  const again = await synthesise({
    configurationFile: join(root, 'onqueue.yaml'),
    outdir: join(directory, 'again'),
  });
  const assets = ({ functions }: Synthesised) =>
    Object.values(functions).map(({ bundle }) => bundle.split('/').at(-1));
  expect(assets(again)).toEqual(assets(synthesised));
});

test('a mistake is told without a stack trace, and nothing is synthesised', async () => {
  const file = join(directory, 'wrong.yaml');
  writeFileSync(file, 'netsapiens:\n  server: https://pbx.example.com\n');
  const outdir = join(directory, 'never');
  const { code, stdout, stderr } = await run(['infra/app.ts'], {
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: JSON.stringify({ config: file }),
  });
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr.split('\n')).toEqual([
    expect.stringMatching(/wrong\.yaml:1:1 netsapiens\.domain: domain is missing: must be /),
    expect.stringMatching(/wrong\.yaml:1:1 alarms: alarms is missing: /),
    expect.stringMatching(/wrong\.yaml:1:1 sources: sources is missing: /),
    expect.stringMatching(/wrong\.yaml:1:1 rules: rules is missing: /),
    expect.stringMatching(/wrong\.yaml:2:11 netsapiens\.server: must be a host name alone/),
    '',
  ]);
});
