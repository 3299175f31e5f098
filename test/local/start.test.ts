import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';

let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill('SIGKILL');
});

/** `npm start`, as npm runs it. */
const start = (...args: string[]) => {
  child = spawn(process.execPath, ['local/start.ts', ...args], {
    env: { PATH: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, stdout: child.stdout, stderr: child.stderr, exit: once(child, 'exit') };
};

test('starts, says where everything is, and stops cleanly', async () => {
  const { child: run, stdout, stderr, exit } = start('--port', '0');
  if (!stdout || !stderr) throw new Error('no output');
  const complaints = text(stderr);
  const lines: string[] = [];
  createInterface({ input: stdout }).on('line', (line) => lines.push(line));
  await expect.poll(() => lines.find((line) => line.startsWith('curl '))).toBeDefined();
  const origin = /^Onqueue is at (http:\/\/127\.0\.0\.1:\d+)$/.exec(lines[0] ?? '')?.[1] ?? '';
  expect(lines[1]).toMatch(/^NetSapiens is a simulator at /);
  expect(lines).toContain(`requests: ${origin}/webhooks/requests`);
  expect(lines).toContain(`outcomes: ${origin}/outcomes`);

  // What it says to copy works: sh runs the very line.
  const curl = lines.find((line) => line.startsWith('curl ')) ?? '';
  const [, url = '', header = '', body = ''] =
    /^curl -i (\S+) -H 'content-type: application\/json' -H '([^']+)' -d '([^']+)'$/.exec(curl) ?? [];
  const [name = '', value = ''] = header.split(': ');
  const accepted = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [name]: value },
    body,
  });
  expect(accepted.status).toBe(202);
  const outcomes = async (): Promise<unknown> => (await fetch(`${origin}/outcomes`)).json();
  await expect.poll(outcomes).toMatchObject([{ source: 'requests', outcome: 'added' }]);

  run.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  expect(await complaints).toBe('');
});

test.each([
  [['--nonsense'], "Unknown option '--nonsense'"],
  [['--netsapiens', 'https://pbx.example.com'], '--keys FILE and NETSAPIENS_TOKEN must be given'],
  [['--config', 'no-such-file.yaml'], 'no-such-file.yaml cannot be read'],
])('%j: exit 1, and one clear sentence', async (args, message) => {
  const { stderr, exit } = start(...args);
  if (!stderr) throw new Error('no output');
  const complaint = await text(stderr);
  expect(complaint).toContain(message);
  expect(complaint).not.toContain('    at ');
  expect(await exit).toEqual([1, null]);
});

test('a port that is taken: exit 1, and what helps', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const { stderr, exit } = start('--port', String(typeof address === 'object' ? address?.port : ''));
  if (!stderr) throw new Error('no output');
  expect(await text(stderr)).toMatch(/EADDRINUSE.*--port N chooses another/);
  expect(await exit).toEqual([1, null]);
  other.close();
});
