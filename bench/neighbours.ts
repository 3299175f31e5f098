/**
 * AWS and NetSapiens as the functions call them, in a process of their own that does next to nothing: it answers at
 * once. What the stand-ins under local/ check and keep would be measured too; here the functions are.
 *
 * For the benchmark itself: what was asked for how often, when so many agents are there, and where batches go.
 */
import { createHash, randomUUID } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { json, readBody } from '../local/aws/server.ts';
import { serveParent } from './child.ts';
import { KEYS, recordOf, TOKEN } from './events.ts';

const BATCH = 10;
/** Batches under way at a time: as many events, about, as webhooks. */
const BATCHES = 4;

const counts = new Map<string, number>();
const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);

const secretOf = (body: string): object => {
  const { SecretId: id } = z.object({ SecretId: z.string() }).parse(JSON.parse(body));
  const secret = id === 'keys' ? JSON.stringify(KEYS) : TOKEN;
  return { ARN: id, Name: id, VersionId: '0'.repeat(32), SecretString: secret };
};

/** The keys of the items whose write was on condition that there is none yet: such a write succeeds once. */
const taken = new Set<string>();
const updateSchema = z.object({
  Key: z.record(z.string(), z.object({ S: z.string() })),
  ConditionExpression: z.string().optional(),
});
const mayUpdate = (body: string): boolean => {
  const { Key, ConditionExpression } = updateSchema.parse(JSON.parse(body));
  if (!ConditionExpression?.startsWith('attribute_not_exists')) return true;
  const key = Object.values(Key)
    .map(({ S }) => S)
    .join('#');
  return !taken.has(key) && taken.add(key).size > 0;
};

const ALL_DONE = '{"batchItemFailures":[]}';

const waiting: SQSRecord[] = [];
let batchesUnderWay = 0;
let deliverTo: string | undefined;
let failed: ((answer: string) => void) | undefined;
let idle: (() => void) | undefined;
const agent = new Agent({ keepAlive: true });

const handOver = (): void => {
  while (deliverTo !== undefined && batchesUnderWay < BATCHES && waiting.length > 0) {
    batchesUnderWay += 1;
    const body = JSON.stringify({ Records: waiting.splice(0, BATCH) });
    httpRequest(`${deliverTo}/deliver`, { method: 'POST', agent }, (response) => {
      void text(response).then((answer) => {
        batchesUnderWay -= 1;
        if (answer !== ALL_DONE) failed?.(answer);
        handOver();
        if (batchesUnderWay === 0) idle?.();
      });
    }).end(body);
  }
};

const sendSchema = z.object({
  Entries: z.array(z.object({ Id: z.string(), MessageBody: z.string(), MessageGroupId: z.string() })),
});
const takeBatch = (body: string): object => {
  const { Entries } = sendSchema.parse(JSON.parse(body));
  if (deliverTo !== undefined)
    for (const { MessageBody, MessageGroupId } of Entries)
      waiting.push(recordOf(randomUUID(), MessageBody, MessageGroupId, new Date()));
  setImmediate(handOver);
  // The SDK compares the hash with its own.
  const Successful = Entries.map(({ Id, MessageBody }) => ({
    Id,
    MessageId: Id,
    MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
  }));
  return { Successful, Failed: [] };
};

/** A queue of people, none of whom comes again. */
const QUEUE = JSON.stringify({
  callqueue: '3000',
  description: 'Support',
  'callqueue-dispatch-type': 'Ring All',
});
const AGENTS = JSON.stringify(
  Array.from({ length: 20 }, (_, index) => ({ 'callqueue-agent-id': `${900 + index}@acme.example` })),
);
const added = new Set<string>();
let awaited: { readonly agents: number; readonly response: ServerResponse } | undefined;

const takeAgent = (body: string, response: ServerResponse): void => {
  const id = /"callqueue-agent-id":"([^"]+)"/.exec(body)?.[1] ?? '';
  if (added.has(id)) count('agents added twice');
  added.add(id);
  json(response, 202, { code: 202, message: 'Accepted' });
  if (awaited && added.size >= awaited.agents) {
    json(awaited.response, 200, null);
    awaited = undefined;
  }
};

const control = ({ url = '' }: IncomingMessage, response: ServerResponse): void => {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  switch (pathname) {
    case '/bench/deliver-to':
      deliverTo = searchParams.get('origin') ?? undefined;
      json(response, 200, null);
      return;
    case '/bench/failure':
      // Answered when a batch was not done as a whole: nothing comes a second time here.
      failed = (answer) => json(response, 200, answer);
      return;
    case '/bench/idle':
      // Answered when no batch is under way.
      idle = () => {
        json(response, 200, null);
        idle = undefined;
      };
      if (batchesUnderWay === 0) idle();
      return;
    case '/bench/agents':
      // Answered when so many have been added since the last that was asked so.
      awaited = { agents: Number(searchParams.get('count')), response };
      return;
    default:
      json(response, 200, Object.fromEntries(counts));
      counts.clear();
      added.clear();
  }
};

await serveParent(async (request, response) => {
  if (request.url?.startsWith('/bench/')) {
    control(request, response);
    return;
  }
  const body = (await readBody(request)).toString();
  const target = request.headers['x-amz-target'];
  if (typeof target !== 'string') {
    count(`NetSapiens ${request.method ?? ''}`);
    if (request.method === 'POST') takeAgent(body, response);
    else
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(request.url?.endsWith('/agents') ? AGENTS : QUEUE);
    return;
  }
  count(target.replace(/^.*\./, ''));
  if (target === 'secretsmanager.GetSecretValue')
    json(response, 200, secretOf(body), 'application/x-amz-json-1.1');
  else if (target === 'AmazonSQS.SendMessageBatch')
    json(response, 200, takeBatch(body), 'application/x-amz-json-1.0');
  else if (target.endsWith('.UpdateItem') && !mayUpdate(body))
    json(
      response,
      400,
      { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException', message: 'no' },
      'application/x-amz-json-1.0',
    );
  else json(response, 200, {}, 'application/x-amz-json-1.0');
});
