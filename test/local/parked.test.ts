import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { json, serve } from '../../local/aws/server.ts';
import type { Serving } from '../../local/aws/server.ts';
import { startEmbedded } from '../../local/embedded.ts';
import { startSimulator } from '../../local/netsapiens/simulator.ts';
import { startProxy } from './parked/proxy.ts';
import { startRig } from './parked/rig.ts';
import type { Rig } from './parked/rig.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_REGION: 'us-east-1' };
/** Where no credentials are found, and nobody is asked for any. */
const NOWHERE = { HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' };

const children: ChildProcess[] = [];
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const close of closing.splice(0)) await close();
});

const spawned = (args: readonly string[], env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, ['local/parked.ts', ...args], {
    env: { PATH: '', ...NOWHERE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const exit = once(child, 'exit');
  const result = Promise.all([text(child.stdout).catch(() => 'closed'), text(child.stderr), exit]).then(
    ([stdout, stderr, [code, signal]]: [string, string, unknown[]]) => ({ stdout, stderr, code, signal }),
  );
  return { child, result };
};

const run = (args: readonly string[], env: Record<string, string> = {}) => spawned(args, env).result;

const rigged = async (): Promise<Rig> => {
  const rig = await startRig();
  closing.push(rig.close);
  return rig;
};

/** A front as the embedded run's, whose SQS is reached through a proxy. */
const fronted = async (rig: Rig, before: (operation: string) => Promise<void> | void): Promise<Serving> => {
  const proxy = await startProxy(rig.sqs.origin, { before });
  const front = await serve((_, response) => {
    json(response, 200, { deadLetterQueueUrl: `${proxy.origin}/000000000000/parked.fifo` });
  });
  closing.push(proxy.close, front.close);
  return front;
};

test('with a URL and credentials of the environment: list, show, redrive, drop', async () => {
  const rig = await rigged();
  await rig.park('one', 'a');
  await rig.park('two', 'b');
  const [one = '', two = ''] = await rig.ids();
  const where = ['--queue-url', rig.deadLetterQueue];

  const list = await run(['list', '--json', ...where], KEYS);
  expect(list).toMatchObject({ stderr: '', code: 0 });
  expect(JSON.parse(list.stdout)).toMatchObject([{ id: one }, { id: two }]);

  const shown = await run(['show', one, ...where], KEYS);
  expect(shown).toMatchObject({ stdout: expect.stringContaining('not JSON: "one"') as unknown, code: 0 });

  expect(await run(['redrive', one.slice(0, 8), ...where], KEYS)).toMatchObject({
    stdout: '',
    stderr: expect.stringMatching(`^redriven ${one} as [0-9a-f-]{36}: unreadable\n$`) as unknown,
    code: 0,
  });
  expect(await rig.onMain()).toEqual(['one']);

  const dropped = await run(['drop', two, '--why', 'a test', ...where], KEYS);
  expect(JSON.parse(dropped.stdout)).toMatchObject({ id: two, text: 'two' });
  expect(dropped).toMatchObject({ stderr: `dropped ${two} (event, not-found): a test\n`, code: 0 });
  expect(await rig.counts(rig.deadLetterQueue)).toEqual({ visible: 0, hidden: 0 });
});

describe('exit 1, and one clear sentence', () => {
  test.each<[string, (rig: Rig) => readonly string[], Record<string, string>, RegExp]>([
    ['no command', () => [], {}, /^npm run parked -- COMMAND/],
    ['no run on this machine', () => ['list', '--local', 'http://127.0.0.1:1'], {}, /^--local: no Onqueue/],
    [
      'no credentials',
      ({ deadLetterQueue }) => ['list', '--queue-url', deadLetterQueue],
      { AWS_REGION: 'us-east-1' },
      /^no AWS credentials: /,
    ],
    [
      'no region',
      ({ deadLetterQueue }) => ['list', '--queue-url', deadLetterQueue],
      { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
      /^no region: the URL names none, AWS_REGION can$/,
    ],
    [
      'no queue',
      ({ deadLetterQueue }) => ['list', '--queue-url', deadLetterQueue.replace('parked', 'none')],
      KEYS,
      /^SQS: there is no such queue/,
    ],
    [
      'no server',
      () => ['list', '--queue-url', 'http://127.0.0.1:1/000000000000/p.fifo'],
      KEYS,
      /^SQS cannot be reached: .*ECONNREFUSED/,
    ],
    [
      'the wrong queue',
      ({ queue }) => ['list', '--queue-url', queue],
      KEYS,
      /has a dead-letter queue behind/,
    ],
    [
      'an unknown ID',
      ({ deadLetterQueue }) => ['show', '00000000', '--queue-url', deadLetterQueue],
      KEYS,
      /^00000000 is not among the 0 parked messages\.$/,
    ],
  ])('%s', async (_, args, env, complaint) => {
    const { stdout, stderr, code } = await run(args(await rigged()), env);
    expect(stderr.trim()).toMatch(complaint);
    expect(stderr).not.toContain('    at ');
    expect([stdout, code]).toEqual(['', 1]);
  });
});

test('killed between sending and deleting: on the queue, and not gone from the parked ones', async () => {
  const rig = await rigged();
  await rig.park('one', 'a');
  const deleting = Promise.withResolvers<undefined>();
  const front = await fronted(rig, (operation) => {
    if (operation !== 'DeleteMessage') return;
    deleting.resolve(undefined);
    return new Promise(() => undefined);
  });
  const { child, result } = spawned(['redrive', '--all', '--local', front.origin]);
  await deleting.promise;
  child.kill('SIGKILL');
  expect(await result).toMatchObject({ code: null, signal: 'SIGKILL' });
  expect(await rig.onMain()).toEqual(['one']);
  // It shows again when its two minutes are over.
  expect(await rig.counts(rig.deadLetterQueue)).toEqual({ visible: 0, hidden: 1 });
});

test('an output that nobody takes: nothing is dropped, exit 1', async () => {
  const rig = await rigged();
  await rig.park('one', 'a');
  const [id = ''] = await rig.ids();
  const { child, result } = spawned(['drop', id, '--why', 'x', '--queue-url', rig.deadLetterQueue], KEYS);
  child.stdout.destroy();
  expect(await result).toMatchObject({
    stderr: 'the output could not be written: write EPIPE\n',
    code: 1,
  });
  expect(await rig.counts(rig.deadLetterQueue)).toEqual({ visible: 1, hidden: 0 });
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s while it reads: all is visible again, exit 1',
  async (signal) => {
    const rig = await rigged();
    for (let i = 0; i < 12; i++) await rig.park(`${i}`, `group-${i}`);
    let receives = 0;
    const second = Promise.withResolvers<undefined>();
    const released = Promise.withResolvers<undefined>();
    const front = await fronted(rig, (operation) => {
      if (operation !== 'ReceiveMessage' || ++receives !== 2) return;
      second.resolve(undefined);
      return released.promise;
    });
    const { child, result } = spawned(['list', '--local', front.origin]);
    await second.promise;
    // Twice, as npm passes on what the terminal has sent already.
    child.kill(signal);
    child.kill(signal);
    // The child has it before an answer that is sent only now.
    released.resolve(undefined);
    expect(await result).toMatchObject({ stdout: '', stderr: 'interrupted\n', code: 1 });
    expect(await rig.counts(rig.deadLetterQueue)).toEqual({ visible: 12, hidden: 0 });
  },
);

const CONFIGURATION = `
netsapiens: { server: pbx.example.com, domain: acme.example }
alarms: { email: telephony@acme.example }
sources:
  requests:
    type: http
    auth: { bearer: {} }
    event: { id: '{% body.id %}', type: '{% body.kind %}', subject: '{% body.extension %}' }
    person: { extension: '{% body.extension %}' }
rules:
  - name: Hires
    from: [requests]
    when: "{% type = 'hire' %}"
    queues: ['3000']
    agent:
      callqueue-agent-id: "{% person.extension & '@acme.example' %}"
      callqueue-agent-availability-type: manual
    waitFor: 0 days
`;

test('the whole way: parked for want of a user, the user is made, redriven, added', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'onqueue-test-'));
  closing.push(() => rm(directory, { recursive: true }));
  const configurationFile = join(directory, 'onqueue.yaml');
  await writeFile(configurationFile, CONFIGURATION);
  const simulator = await startSimulator({
    domain: 'acme.example',
    token: 'nsd_test-token',
    users: [],
    queues: [{ callqueue: '3000', description: 'Support' }],
  });
  closing.push(simulator.close);
  const embedded = await startEmbedded({
    configurationFile,
    netsapiens: simulator.origin,
    keys: { requests: 'bearer-key' },
    token: 'nsd_test-token',
    write: () => undefined,
  });
  closing.push(embedded.close);
  expect(await (await fetch(`${embedded.origin}/queues`)).json()).toEqual({
    queueUrl: embedded.queueUrl,
    waitingQueueUrl: expect.stringMatching(/waiting\.fifo$/),
    deadLetterQueueUrl: embedded.deadLetterQueueUrl,
  });

  const outcomes = async () => (await embedded.outcomes()).map(({ id, outcome }) => `${id} ${outcome}`);
  const accepted = await fetch(`${embedded.origin}/webhooks/requests`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer bearer-key' },
    body: JSON.stringify({ id: 'r-1', kind: 'hire', extension: '1009' }),
  });
  expect(accepted.status).toBe(202);
  await expect.poll(outcomes).toEqual(['r-1 parked']);

  const where = ['--local', embedded.origin];
  const list = await run(['list', ...where]);
  expect(list.stdout).toMatch(/^id +parked.*\n[0-9a-f]{8} .* requests +hire +1 +.*1009/);
  const id = /^[0-9a-f]{8}/m.exec(list.stdout)?.[0] ?? '';
  expect((await run(['show', id, ...where])).stdout).toMatch(/"subject": "1009"/);

  simulator.addUser({ user: '1009' });
  expect(await run(['redrive', id, ...where])).toMatchObject({ code: 0 });
  await expect.poll(outcomes).toEqual(['r-1 parked', 'r-1 added']);
  expect(simulator.agents('3000')).toMatchObject([{ 'callqueue-agent-id': '1009@acme.example' }]);
  expect((await run(['list', ...where])).stdout).toBe('Nothing is parked.\n');
});
