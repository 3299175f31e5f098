/** A function as Lambda runs it: its bundle in a Node process of its own, behind a Runtime API. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { readBody, serve } from './aws/server.ts';
import type { Serving } from './aws/server.ts';
import { ACCOUNT, CREDENTIALS, REGION } from './aws/account.ts';

export interface LambdaSettings {
  readonly name: string;
  /** As `index.handler`. */
  readonly handler: string;
  /** The directory of the asset. */
  readonly code: string;
  /** What the function's own configuration sets; Lambda's own variables come on top. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Processes at a time, at the most; further invocations wait. */
  readonly concurrency: number;
  /** Takes each line that the function writes, without its end. */
  readonly write: (line: string) => void;
}

export interface LambdaFunction {
  /** @throws FunctionError where the function throws, dies or takes longer than its timeout */
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Ends all its processes at once, in whatever they do (SIGKILL). The next invocation starts a new one. */
  readonly kill: () => void;
  readonly close: () => Promise<void>;
}

/** The invocation failed; the message is the class of the error, or what became of the process. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

export const createLambda = (settings: LambdaSettings): LambdaFunction => {
  const environments = new Set<ExecutionEnvironment>();
  const leaving = new Set<Promise<void>>();
  const waiting: (() => void)[] = [];

  const start = (): ExecutionEnvironment => {
    const environment = createEnvironment(settings, (left) => {
      environments.delete(environment);
      leaving.add(left);
      void left.finally(() => leaving.delete(left));
    });
    environments.add(environment);
    return environment;
  };

  /** In one go: what is idle now may be somebody else's a moment later. */
  const begin = (event: unknown): Promise<unknown> | undefined => {
    const idle = [...environments].find((environment) => environment.isIdle());
    if (!idle && environments.size >= settings.concurrency) return undefined;
    return (idle ?? start()).invoke(event);
  };

  return {
    invoke: async (event) => {
      for (;;) {
        const invocation = begin(event);
        if (invocation) return invocation.finally(() => waiting.shift()?.());
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    kill: () => {
      for (const environment of environments) environment.end('Runtime exited by signal SIGKILL');
    },
    close: async () => {
      for (const environment of environments) environment.end('Runtime was shut down');
      await Promise.all(leaving);
    },
  };
};

interface ExecutionEnvironment {
  readonly isIdle: () => boolean;
  /** Only while it is idle. */
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Kills the process. What it was doing fails with the reason. */
  readonly end: (reason: string) => void;
}

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: FunctionError) => void;
}

/** Lambda gives the code outside of the handler ten seconds. */
const INIT_TIMEOUT_MS = 10_000;

/** One process and its Runtime API. It takes one invocation at a time, and is of no use any more once it failed to. */
const createEnvironment = (
  settings: LambdaSettings,
  onEnd: (left: Promise<void>) => void,
): ExecutionEnvironment => {
  let invocation: Invocation | undefined;
  /** The process's question for the next event, while there is none. */
  let question: ServerResponse | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  const settle = (end: (invocation: Invocation) => void): void => {
    clearTimeout(timer);
    const ended = invocation;
    invocation = undefined;
    if (ended) end(ended);
  };

  const end = (reason: string): void => {
    settle(({ reject }) => reject(new FunctionError(reason)));
    if (isOver) return;
    isOver = true;
    onEnd(leave());
  };

  /** Nothing is left of it afterwards: no process, no port. */
  const leave = async (): Promise<void> => {
    const child = await process.catch(() => undefined);
    if (child?.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    }
    await (await runtimeApi).close();
  };

  const within = (ms: number, what: string): void => {
    clearTimeout(timer);
    timer = setTimeout(() => end(what), ms);
  };

  const handOver = (): void => {
    if (!invocation || !question) return;
    const { id, event } = invocation;
    within(settings.timeoutMs, `Task timed out after ${(settings.timeoutMs / 1000).toFixed(2)} seconds`);
    question
      .writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': id,
        'lambda-runtime-deadline-ms': String(Date.now() + settings.timeoutMs),
        'lambda-runtime-invoked-function-arn': `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${settings.name}`,
        'lambda-runtime-trace-id': `Root=1-${id.slice(0, 8)}-${id.replaceAll('-', '').slice(0, 24)};Sampled=0`,
      })
      .end(JSON.stringify(event));
    question = undefined;
  };

  const runtimeApi = serve(async (request, response) => {
    const path = (request.url ?? '').replace('/2018-06-01/runtime/', '');
    const body = (await readBody(request)).toString();
    if (path === 'invocation/next') {
      question = response;
      handOver();
      return;
    }
    response.writeHead(202).end('{"status":"OK"}');
    if (path === 'init/error') end(errorType(body));
    else if (path === `invocation/${invocation?.id ?? ''}/response`)
      settle(({ resolve }) => resolve(JSON.parse(body)));
    else if (path === `invocation/${invocation?.id ?? ''}/error`)
      settle(({ reject }) => reject(new FunctionError(errorType(body))));
  });

  const process = runtimeApi.then((api) => {
    const child = startProcess(settings, api);
    child.once('exit', (code, signal) => {
      end(`Runtime exited ${signal === null ? `with exit status ${String(code)}` : `by signal ${signal}`}`);
    });
    return child;
  });
  process.catch(() => end('Runtime did not start'));

  return {
    isIdle: () => !invocation && !isOver,
    invoke: (event) =>
      new Promise((resolve, reject) => {
        invocation = { id: randomUUID(), event, resolve, reject };
        if (!question) within(INIT_TIMEOUT_MS, 'Init timed out');
        handOver();
      }),
    end,
  };
};

const errorType = (body: string): string => {
  const error: unknown = JSON.parse(body);
  return typeof error === 'object' && error !== null && 'errorType' in error
    ? String(error.errorType)
    : 'Error';
};

/** @throws Error where the process cannot be started */
const startProcess = (settings: LambdaSettings, api: Serving): ChildProcess => {
  const { name, handler, code, environment, memoryMb, write } = settings;
  const host = new URL(api.origin).host;
  const child = spawn(execPath, [join(import.meta.dirname, 'bootstrap.ts'), host, code, handler, name], {
    cwd: code,
    // These and no more: what the function needs beside them, the stack has to set.
    env: {
      ...lambdaVariables(name, handler, code, memoryMb),
      AWS_LAMBDA_RUNTIME_API: host,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', write);
  return child;
};

/** "Defined runtime environment variables" of the Lambda Developer Guide. */
export const lambdaVariables = (name: string, handler: string, code: string, memoryMb: number) => ({
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_SESSION_TOKEN: 'local',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  LAMBDA_TASK_ROOT: code,
  LAMBDA_RUNTIME_DIR: import.meta.dirname,
  _HANDLER: handler,
  LANG: 'en_US.UTF-8',
  PATH: '/usr/local/bin:/usr/bin:/bin',
  TZ: ':UTC',
});
