import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLambda } from '../../local/lambda-process.ts';
import type { LambdaFunction, LambdaSettings } from '../../local/lambda-process.ts';

let code: string;
let lines: string[];
let fn: LambdaFunction | undefined;

beforeEach(async () => {
  code = await mkdtemp(join(tmpdir(), 'onqueue-test-'));
  lines = [];
  fn = undefined;
});

afterEach(async () => {
  await fn?.close();
  await rm(code, { recursive: true });
});

const load = async (source: string, settings: Partial<LambdaSettings> = {}): Promise<LambdaFunction> => {
  await writeFile(join(code, 'index.cjs'), source);
  fn = createLambda({
    name: 'greet',
    handler: 'index.handler',
    code,
    environment: { GREETING: 'hello' },
    timeoutMs: 10_000,
    memoryMb: 512,
    concurrency: 2,
    write: (line) => lines.push(line),
    ...settings,
  });
  return fn;
};

test('invokes the handler with event and context, and keeps the process', async () => {
  const { invoke } = await load(`
    let calls = 0;
    exports.handler = async (event, context) => {
      console.log('called with ' + event.name);
      return { text: process.env.GREETING + ' ' + event.name, calls: ++calls, name: context.functionName,
        left: context.getRemainingTimeInMillis() > 9_000 && context.getRemainingTimeInMillis() <= 10_000,
        arn: context.invokedFunctionArn, id: context.awsRequestId.length };
    };`);
  expect(await invoke({ name: 'Zoë' })).toEqual({
    text: 'hello Zoë',
    calls: 1,
    name: 'greet',
    left: true,
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:greet',
    id: 36,
  });
  expect(await invoke({ name: 'Jo' })).toMatchObject({ calls: 2 });
  await expect.poll(() => lines).toEqual(['called with Zoë', 'called with Jo']);
});

test("the process has Lambda's variables and the function's own, and nothing of this process", async () => {
  const { invoke } = await load('exports.handler = async () => process.env;');
  const variables = await invoke({});
  expect(Object.keys(Object(variables) as object).toSorted()).toEqual([
    'AWS_ACCESS_KEY_ID',
    'AWS_DEFAULT_REGION',
    'AWS_EXECUTION_ENV',
    'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
    'AWS_LAMBDA_FUNCTION_NAME',
    'AWS_LAMBDA_FUNCTION_VERSION',
    'AWS_LAMBDA_INITIALIZATION_TYPE',
    'AWS_LAMBDA_LOG_GROUP_NAME',
    'AWS_LAMBDA_LOG_STREAM_NAME',
    'AWS_LAMBDA_RUNTIME_API',
    'AWS_REGION',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'GREETING',
    'LAMBDA_RUNTIME_DIR',
    'LAMBDA_TASK_ROOT',
    'LANG',
    'PATH',
    'TZ',
    '_HANDLER',
  ]);
});

test('a handler that returns nothing answers null', async () => {
  const { invoke } = await load('exports.handler = async () => {};');
  expect(await invoke({})).toBe(null);
});

test('a handler that throws is a function error of its class, without its message; the process lives on', async () => {
  const { invoke } = await load(`
    let calls = 0;
    exports.handler = async (event) => { calls += 1; if (event.bad) throw new RangeError('Jane'); return calls; };`);
  await expect(invoke({ bad: true })).rejects.toThrow(/^RangeError$/);
  expect(await invoke({})).toBe(2);
});

test.each([
  ['exports.other = 1;', 'index.handler', 'Runtime.HandlerNotFound'],
  ['exports.handler = 1;', 'index.handler', 'Runtime.HandlerNotFound'],
  ['exports.handler = () => 1;', 'other.handler', 'Runtime.ImportModuleError'],
  ['require("not-in-the-bundle");', 'index.handler', 'Runtime.ImportModuleError'],
  ['throw new Error("no variable");', 'index.handler', 'Runtime.Unknown'],
  ['process.exit(3);', 'index.handler', 'Runtime exited with exit status 3'],
])('%s as %s does not start: %s', async (source, handler, message) => {
  const { invoke } = await load(source, { handler });
  await expect(invoke({})).rejects.toThrow(message);
});

test('a function that takes too long is ended; the next invocation starts a process', async () => {
  const { invoke } = await load(
    `let calls = 0;
     exports.handler = (event) => { calls += 1; return event.hang ? new Promise((r) => setTimeout(r, 60_000)) : calls; };`,
    { timeoutMs: 300 },
  );
  await invoke({});
  await expect(invoke({ hang: true })).rejects.toThrow('Task timed out after 0.30 seconds');
  expect(await invoke({})).toBe(1);
});

test('a killed process fails its invocation; the next invocation starts another', async () => {
  const { invoke, kill } = await load(
    `exports.handler = (event) => { if (event.hang) { console.log('here'); return new Promise((r) => setTimeout(r, 60_000)); } return process.pid; };`,
  );
  const before = await invoke({});
  const hanging = invoke({ hang: true });
  const failed = expect(hanging).rejects.toThrow('Runtime exited by signal SIGKILL');
  await expect.poll(() => lines).toEqual(['here']);
  kill();
  await failed;
  expect(await invoke({})).not.toBe(before);
});

test('a process that dies while idle is not asked again', async () => {
  const { invoke } = await load(
    `exports.handler = (event) => { if (event.die) setTimeout(() => process.exit(1), 1); return process.pid; };`,
  );
  const first = await invoke({ die: true });
  // It may still be alive for a moment; what it is asked then fails as in Lambda.
  await expect.poll(() => invoke({}).catch(() => first)).not.toBe(first);
});

test('an exception outside of the handler ends the process and fails the invocation', async () => {
  const { invoke } = await load(
    `exports.handler = () => { setTimeout(() => { throw new Error('stray'); }, 1); return new Promise((r) => setTimeout(r, 60_000)); };`,
  );
  await expect(invoke({})).rejects.toThrow('Runtime exited with exit status 1');
});

test('one process takes one invocation at a time; there are no more than allowed', async () => {
  const { invoke } = await load(`
    let busy = 0;
    exports.handler = async () => { busy += 1; const most = busy; await new Promise((r) => setTimeout(r, 50)); busy -= 1; return { most, pid: process.pid }; };`);
  const results = (await Promise.all(Array.from({ length: 6 }, () => invoke({})))) as {
    most: number;
    pid: number;
  }[];
  expect(results.map(({ most }) => most)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(new Set(results.map(({ pid }) => pid)).size).toBe(2);
});
