/**
 * What Lambda's Node runtime does inside a function's process: load the handler, then ask the Runtime API for events
 * and answer them, one at a time. Runs alone in its process; see lambda-process.ts.
 *
 * It starts as AWS's own does (aws-lambda-ric 4.0.2): an ES module that loads node:http whatever the function, and takes
 * a function's index.cjs by `import`.
 */
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const [api = '', root = '', handlerName = '', functionName = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

interface Answer {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const call = (method: 'GET' | 'POST', path: string, body?: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request(`http://${api}/2018-06-01/runtime/${path}`, { method, agent }, (response) => {
      text(response).then((answer) => resolve({ headers: response.headers, body: answer }), reject);
    })
      .on('error', reject)
      .end(body);
  });

/** Neither message nor stack: they may quote the event. The function's own log has what is fit to be logged. */
const failure = (errorType: string): string =>
  JSON.stringify({ errorType, errorMessage: errorType, trace: [] });

const isHandler = (value: unknown): value is (event: unknown, context: object) => unknown =>
  typeof value === 'function';

const load = async (): Promise<(event: unknown, context: object) => unknown> => {
  const [file = '', name = ''] = handlerName.split('.');
  const module: unknown = await import(pathToFileURL(join(root, `${file}.cjs`)).href);
  const handler: unknown =
    typeof module === 'object' && module !== null ? Reflect.get(module, name) : undefined;
  if (!isHandler(handler)) throw new Error('Runtime.HandlerNotFound');
  return handler;
};

const errorType = (error: unknown): string => {
  if (!(error instanceof Error)) return 'Runtime.Unknown';
  if ('code' in error && /^(?:ERR_)?MODULE_NOT_FOUND$/.test(String(error.code)))
    return 'Runtime.ImportModuleError';
  return error.message.startsWith('Runtime.') ? error.message : 'Runtime.Unknown';
};

const start = async () => {
  try {
    return await load();
  } catch (error) {
    // Here the whole error helps, and there is no event yet that it could quote.
    console.error(error);
    await call('POST', 'init/error', failure(errorType(error)));
    return process.exit(1);
  }
};

const handler = await start();

for (;;) {
  const { headers, body } = await call('GET', 'invocation/next');
  const id = String(headers['lambda-runtime-aws-request-id']);
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const context = {
    functionName,
    awsRequestId: id,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    const result = await handler(JSON.parse(body), context);
    await call('POST', `invocation/${id}/response`, JSON.stringify(result ?? null));
  } catch (error) {
    await call('POST', `invocation/${id}/error`, failure(error instanceof Error ? error.name : 'Error'));
  }
}
