/**
 * API Gateway's HTTP API on one machine: one route, payload format 2.0, as "Create AWS Lambda proxy integrations for
 * HTTP APIs" in the API Gateway Developer Guide describes it.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { ACCOUNT } from './account.ts';
import { BodyTooLarge, json, readBody } from './server.ts';

/** API Gateway's own maximum. */
export const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

export interface Gateway {
  /** The API's one route; as `ANY /webhooks/{source}`. */
  readonly routeKey: string;
  /** The function. A promise that fails is a function error. */
  readonly invoke: (event: APIGatewayProxyEventV2) => Promise<unknown>;
}

/** Answers a request whose path the route does not know with 404, as API Gateway does. */
export const answerRequest = async (
  { routeKey, invoke }: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const requestId = randomUUID();
  response.setHeader('apigw-requestid', requestId);
  const url = request.url ?? '/';
  const [rawPath = '/'] = url.split('?', 1);
  const pathParameters = matchRoute(routeKey, request.method ?? 'GET', rawPath);
  if (!pathParameters) {
    json(response, 404, { message: 'Not Found' });
    return;
  }
  const body = await readBody(request, MAX_PAYLOAD_BYTES).catch((error: unknown) => {
    if (error instanceof BodyTooLarge) return undefined;
    throw error;
  });
  if (!body) {
    json(response, 413, { message: 'Request Entity Too Large' });
    return;
  }
  const rawQueryString = url.slice(rawPath.length + 1);
  try {
    const event = toEvent({ routeKey, request, requestId, rawPath, rawQueryString, pathParameters, body });
    send(response, await invoke(event));
  } catch {
    // A function error, or an answer that is none: the reason is in the function's log, never in the answer.
    json(response, 500, { message: 'Internal Server Error' });
  }
};

/** @returns the values of the route's {variables}, or undefined where the route is another */
const matchRoute = (routeKey: string, method: string, path: string): Record<string, string> | undefined => {
  const [verb, template = ''] = routeKey.split(' ');
  const names = template.split('/');
  const parts = path.split('/');
  if ((verb !== 'ANY' && verb !== method) || names.length !== parts.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const part = decoded(parts[index] ?? '');
    if (part === undefined || part === '') {
      if (name !== '') return undefined;
    } else if (/^\{.*\}$/.test(name)) found[name.slice(1, -1)] = part;
    else if (name !== part) return undefined;
  }
  return found;
};

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

interface Incoming {
  readonly routeKey: string;
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly pathParameters: Record<string, string>;
  readonly body: Buffer;
}

const toEvent = (incoming: Incoming): APIGatewayProxyEventV2 => {
  const { routeKey, request, requestId, rawPath, rawQueryString, pathParameters, body } = incoming;
  const { cookie, ...headers } = headersOf(request);
  const sourceIp = request.socket.remoteAddress ?? '';
  const domainName = headers['host'] ?? '';
  const now = new Date();
  const query = queryOf(rawQueryString);
  const isText = isTextType(headers['content-type']);
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers: {
      ...headers,
      'x-amzn-trace-id': `Root=1-${Math.floor(now.getTime() / 1000).toString(16)}-${requestId.replaceAll('-', '').slice(0, 24)}`,
      'x-forwarded-for': [headers['x-forwarded-for'], sourceIp].filter(Boolean).join(', '),
      'x-forwarded-port': String(request.socket.localPort ?? ''),
      'x-forwarded-proto': 'http',
    },
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'local',
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method: request.method ?? 'GET',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: logTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: isText ? body.toString() : body.toString('base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
};

/** Names in lower case; several of one name are joined by commas, as are none by Node where it thinks one is enough. */
const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values]) => [
      name,
      (values ?? []).join(name === 'cookie' ? '; ' : ','),
    ]),
  );

/** Several of one name are joined by commas. */
const queryOf = (rawQueryString: string): Record<string, string> => {
  const query = new URLSearchParams(rawQueryString);
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]));
};

/** What API Gateway takes for text; all else, forms included, comes base64-encoded. */
const TEXT_TYPES: readonly string[] = ['application/json', 'application/javascript', 'application/xml'];

const isTextType = (contentType = ''): boolean => {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || TEXT_TYPES.includes(type);
};

/** As `12/Mar/2020:19:03:58 +0000`. */
const logTime = (date: Date): string => {
  const [, day = '', month = '', year = '', time = ''] = date.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
};

const answerSchema = z.object({
  statusCode: z.int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

const send = (response: ServerResponse, answer: unknown): void => {
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) {
    // API Gateway infers: an answer without a status is the body of a 200.
    json(response, 200, answer ?? null);
    return;
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = answerSchema.parse(answer);
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.writeHead(statusCode).end(isBase64Encoded ? Buffer.from(body, 'base64') : body);
};
