/** The functions of the stack, in the very bundles, behind plain HTTP in one process: `ours.ts RECEIVE DELIVER`. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { json, readBody } from '../../local/aws/server.ts';
import { serveParent } from '../child.ts';
import { gatewayEvent } from '../events.ts';
import { usage } from './usage.ts';

type Handler = (event: unknown, context: object) => Promise<unknown>;

const isHandler = (value: unknown): value is Handler => typeof value === 'function';

const load = async (directory = ''): Promise<Handler> => {
  const module: unknown = await import(pathToFileURL(join(directory, 'index.cjs')).href);
  const handler: unknown =
    typeof module === 'object' && module !== null
      ? Object.getOwnPropertyDescriptor(module, 'handler')?.value
      : undefined;
  if (!isHandler(handler)) throw new TypeError('the bundle has no handler');
  return handler;
};

const [receive, deliver] = await Promise.all(process.argv.slice(2).map(load));
if (!receive || !deliver) throw new Error('two bundles are wanted');

const isResult = (value: unknown): value is APIGatewayProxyStructuredResultV2 =>
  typeof value === 'object' && value !== null && 'statusCode' in value;

const context = { getRemainingTimeInMillis: () => 120_000 };

const plain = (headers: NodeJS.Dict<string | string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

await serveParent(async (request, response) => {
  const body = (await readBody(request)).toString();
  if (request.url === '/webhooks/bamboohr') {
    const event = gatewayEvent('bamboohr', { headers: plain(request.headers), body });
    const result = await receive(event, context);
    if (!isResult(result)) throw new TypeError('receive gives a status');
    response.writeHead(result.statusCode ?? 200).end(result.body);
  } else if (request.url === '/deliver') json(response, 200, await deliver(JSON.parse(body), context));
  else json(response, 200, usage());
});
