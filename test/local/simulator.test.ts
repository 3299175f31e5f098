import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, expect, onTestFinished, test } from 'vitest';

let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill('SIGKILL');
});

/** `npm run simulator`, as npm runs it. */
const start = (...args: string[]) => {
  child = spawn(process.execPath, ['local/simulator.ts', ...args], {
    env: { PATH: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('no output');
  return { child, stdout, complaints: text(stderr), exit: once(child, 'exit') };
};

/** Started, with what it said by then. */
const running = async (...args: string[]) => {
  const run = start('--port', '0', ...args);
  const lines: string[] = [];
  createInterface({ input: run.stdout }).on('line', (line) => lines.push(line));
  await expect.poll(() => lines.filter((line) => line.startsWith('curl '))).toHaveLength(3);
  const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(lines[0] ?? '')?.[0] ?? '';
  return { ...run, lines, origin };
};

/** The line as a shell and curl would take it. */
const asCurlDoes = (line: string): Promise<Response> => {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  const valuesOf = (flag: string) => words.filter((_, i) => words[i - 1] === flag);
  const url = words.find((word) => word.startsWith('http')) ?? '';
  const headers = valuesOf('-H').map((header): [string, string] => {
    const [name = '', value = ''] = header.split(': ');
    return [name, value];
  });
  const [body] = valuesOf('-d');
  return fetch(url, { headers, ...(body === undefined ? {} : { method: 'POST', body }) });
};

const fileOf = async (content: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'pbx.yaml'), content);
  return join(folder, 'pbx.yaml');
};

test('starts, says where it is, takes what it says to copy, and stops cleanly', async () => {
  const {
    child: run,
    lines,
    origin,
    complaints,
    exit,
  } = await running('--users', '150', '--domain', 'b.example');
  expect(lines.slice(0, 3)).toEqual([
    `NetSapiens API v2 is simulated at ${origin}/ns-api/v2`,
    'domain: b.example, with 154 users, of which 3 are call queues',
    'token: nsd_simulator',
  ]);

  const answers: unknown[] = [];
  for (const line of lines.filter((each) => each.startsWith('curl '))) {
    answers.push(await (await asCurlDoes(line)).json());
  }
  expect(answers).toMatchObject([
    { apiversion: '45.0.0' },
    [{ user: '10000', 'email-address': 'ada.ames@b.example' }, { user: '10001' }],
    { 'callqueue-agent-id': '10000@b.example', callqueue: '3000', 'name-full-name': 'Ada Ames' },
  ]);

  const agents = await fetch(`${origin}/ns-api/v2/domains/b.example/callqueues/3000/agents`, {
    headers: { authorization: 'Bearer nsd_simulator' },
  });
  expect(await agents.json()).toMatchObject([{ 'callqueue-agent-id': '10000@b.example' }]);

  run.kill('SIGINT');
  expect(await exit).toEqual([0, null]);
  expect(await complaints).toBe('');
});

test('is the domain of a file, with its tokens', async () => {
  const file = await fileOf(`
people: 0
users: [{ user: "1001" }]
queues: [{ callqueue: "3000", description: Support, agents: [{ callqueue-agent-id: 1001@acme.example }] }]
tokens: { nsd_reader: read-only }
`);
  const { child: run, lines, origin, exit } = await running('--file', file);
  expect(lines[2]).toBe('token: nsd_simulator, nsd_reader');
  const agents = `${origin}/ns-api/v2/domains/acme.example/callqueues/3000/agents`;
  const headers = { authorization: 'Bearer nsd_reader', 'content-type': 'application/json' };
  expect(await (await fetch(agents, { headers })).json()).toMatchObject([
    { 'callqueue-agent-id': '1001@acme.example' },
  ]);
  expect((await fetch(agents, { method: 'POST', headers, body: '{}' })).status).toBe(403);
  run.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});

test.each([
  [['--nonsense'], "Unknown option '--nonsense'"],
  [['--file', 'no-such-file.yaml'], 'no-such-file.yaml: ENOENT'],
])('%j: exit 1, and one clear sentence', async (args, message) => {
  const { complaints, exit } = start(...args);
  expect(await complaints).toContain(message);
  expect(await complaints).not.toContain('    at ');
  expect(await exit).toEqual([1, null]);
});

test('an agent whom the file has no user for: exit 1, and who', async () => {
  const file = await fileOf(
    'queues: [{ callqueue: "3000", description: Support, agents: [{ callqueue-agent-id: 9@acme.example }] }]',
  );
  const { complaints, exit } = start('--port', '0', '--file', file);
  expect(await complaints).toBe('User 9@acme.example not found\n');
  expect(await exit).toEqual([1, null]);
});

test('a port that is taken: exit 1, and what helps', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const address = other.address();
  const { complaints, exit } = start('--port', String(typeof address === 'object' ? address?.port : ''));
  expect(await complaints).toMatch(/EADDRINUSE.*--port N chooses another/);
  expect(await exit).toEqual([1, null]);
});
