/** One start of a bundle: its process, Lambda's Runtime API, one event, and the end of the process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { build } from 'esbuild';
import { readBody, serve } from '../local/aws/server.ts';
import { lambdaVariables } from '../local/lambda-process.ts';
import { peakMb } from './peak.ts';

export interface Start {
  /** Holds index.cjs. */
  readonly code: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly event: unknown;
  /** Node's own, as `--max-old-space-size=128`. */
  readonly nodeFlags?: readonly string[];
}

export interface ColdStart {
  /** Milliseconds from the start of the process to its first question for an event. */
  readonly initMs: number;
  /** Milliseconds from the start of the process to the answer to its first event. */
  readonly totalMs: number;
  /** The most memory that the process has held, where the system tells (Linux). */
  readonly peakMb: number | undefined;
}

export interface Runtime {
  /** @throws Error where the process ends, or the event fails */
  readonly start: (start: Start) => Promise<ColdStart>;
  readonly close: () => Promise<void>;
}

/** @param directory where the bootstrap is put */
export const createRuntime = async (directory: string): Promise<Runtime> => {
  const bootstrap = join(directory, 'bootstrap.mjs');
  // As JavaScript, for else every start would first load what strips types, and seem slow beside nothing.
  await build({
    entryPoints: [join(import.meta.dirname, '../local/bootstrap.ts')],
    outfile: bootstrap,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'warning',
  });

  interface Underway {
    readonly asked: (response: ServerResponse) => void;
    readonly answered: (path: string, body: string) => void;
  }
  let underway: Underway | undefined;
  const api = await serve(async (request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('/invocation/next')) underway?.asked(response);
    else {
      // Before its body is here: the function had ended its work when it began to answer.
      const { answered } = underway ?? {};
      const body = (await readBody(request)).toString();
      answered?.(path, body);
      response.writeHead(202).end('{}');
    }
  });

  const start = async ({ code, environment, event, nodeFlags = [] }: Start): Promise<ColdStart> => {
    const payload = JSON.stringify(event);
    const host = new URL(api.origin).host;
    const answer = Promise.withResolvers<number>();
    let initMs = 0;
    let isAsked = false;
    const startedAt = performance.now();
    underway = {
      asked: (response) => {
        if (isAsked) return; // The question for the second event: it is not answered.
        isAsked = true;
        initMs = performance.now() - startedAt;
        response
          .writeHead(200, {
            'lambda-runtime-aws-request-id': 'bench',
            'lambda-runtime-deadline-ms': String(Date.now() + 120_000),
          })
          .end(payload);
      },
      answered: (path, body) => {
        const totalMs = performance.now() - startedAt;
        if (path.endsWith('/response') && !isFailure(body)) answer.resolve(totalMs);
        else answer.reject(new Error(`the first event failed: ${path} ${body}`));
      },
    };
    const child = spawn(execPath, [...nodeFlags, bootstrap, host, code, 'index.handler', 'bench'], {
      cwd: code,
      env: {
        ...lambdaVariables('bench', 'index.handler', code, 512),
        AWS_LAMBDA_RUNTIME_API: host,
        ...environment,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const exit = once(child, 'exit');
    child.once('exit', () => answer.reject(new Error('the process ended before its first event did')));
    try {
      const totalMs = await answer.promise;
      return { initMs, totalMs, peakMb: child.pid === undefined ? undefined : peakMb(child.pid) };
    } finally {
      child.kill('SIGKILL');
      await exit;
    }
  };

  return { start, close: api.close };
};

/** An answer that says that the work was not done: a status of a webhook from 400 on, or a record that goes back. */
const isFailure = (body: string): boolean => /"statusCode":[45]|"batchItemFailures":\[\{/.test(body);
