/** A function of the stack, in its very bundle, behind plain HTTP in a process of its own: `ours.ts BUNDLE`. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { json, readBody } from '../../local/aws/server.ts';
import { serveParent } from '../child.ts';
import { gatewayEvent } from '../events.ts';
import { usage } from './usage.ts';

type Handler = (event: unknown, context: object) => Promise<unknown>;

const isHandler = (value: unknown): value is Handler => typeof value === 'function';

const [, , directory = ''] = process.argv;
const bundle: unknown = await import(pathToFileURL(join(directory, 'index.cjs')).href);
const handler: unknown =
  typeof bundle === 'object' && bundle !== null
    ? Object.getOwnPropertyDescriptor(bundle, 'handler')?.value
    : undefined;
if (!isHandler(handler)) throw new TypeError('the bundle has no handler');

const isResult = (value: unknown): value is APIGatewayProxyStructuredResultV2 =>
  typeof value === 'object' && value !== null && 'statusCode' in value;

const context = { getRemainingTimeInMillis: () => 120_000 };

const webhook = gatewayEvent('bamboohr', { headers: {}, body: '' });

await serveParent(async (request, response) => {
  const body = (await readBody(request)).toString();
  if (request.url === '/webhooks/bamboohr') {
    const result = await handler({ ...webhook, headers: request.headers, body }, context);
    if (!isResult(result)) throw new TypeError('receive gives a status');
    const { statusCode = 200, body: answer = '' } = result;
    response.writeHead(statusCode, { 'content-length': Buffer.byteLength(answer) }).end(answer);
  } else if (request.url === '/deliver') json(response, 200, await handler(JSON.parse(body), context));
  else json(response, 200, usage());
});
