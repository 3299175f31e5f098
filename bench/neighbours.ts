/**
 * AWS and NetSapiens as the functions call them, in a process of their own that does next to nothing: it answers at
 * once. What the stand-ins under local/ check and keep would be measured too; here the functions are.
 *
 * For the benchmark itself: what was asked for how often, when so many agents are there, and where batches go.
 */
import { randomUUID } from 'node:crypto';
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
const keySchema = z.record(z.string(), z.object({ S: z.string() }));
const updateSchema = z.object({ Key: keySchema, ConditionExpression: z.string().optional() });
const transactionSchema = z.object({ TransactItems: z.array(z.object({ Update: updateSchema })) });
type Update = z.infer<typeof updateSchema>;

const keyOf = ({ Key }: Update): string =>
  Object.values(Key)
    .map(({ S }) => S)
    .join('#');
const onCondition = ({ ConditionExpression: condition = '' }: Update): boolean =>
  condition.startsWith('attribute_not_exists');
/** Either all of them can be made, or none is. */
const mayUpdate = (updates: readonly Update[]): boolean => {
  const keys = updates.filter(onCondition).map(keyOf);
  if (keys.some((key) => taken.has(key))) return false;
  for (const key of keys) taken.add(key);
  return true;
};

const dynamodb = (operation: string, body: string): { status: number; answer: object } => {
  const refused = (code: string) => ({ status: 400, answer: { __type: code, message: 'no' } });
  switch (operation) {
    case 'TransactWriteItems': {
      const updates = transactionSchema.parse(JSON.parse(body)).TransactItems.map(({ Update }) => Update);
      return mayUpdate(updates) ? DONE : refused('TransactionCanceledException');
    }
    case 'UpdateItem':
      return mayUpdate([updateSchema.parse(JSON.parse(body))])
        ? DONE
        : refused('ConditionalCheckFailedException');
    default:
      return DONE;
  }
};
const DONE = { status: 200, answer: {} };

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
    const headers = { 'content-length': Buffer.byteLength(body) };
    httpRequest(`${deliverTo}/deliver`, { method: 'POST', agent, headers }, (response) => {
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
  const Successful = Entries.map(({ Id }) => ({ Id, MessageId: Id }));
  return { Successful, Failed: [] };
};

/** A queue of people, none of whom comes again. */
const QUEUE = {
  callqueue: '3000',
  description: 'Support',
  'callqueue-dispatch-type': 'Ring All',
};
const AGENTS = Array.from({ length: 20 }, (_, index) => ({
  'callqueue-agent-id': `${900 + index}@acme.example`,
}));
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
    else json(response, 200, request.url?.endsWith('/agents') ? AGENTS : QUEUE);
    return;
  }
  count(target.replace(/^.*\./, ''));
  if (target === 'secretsmanager.GetSecretValue')
    json(response, 200, secretOf(body), 'application/x-amz-json-1.1');
  else if (target === 'AmazonSQS.SendMessageBatch')
    json(response, 200, takeBatch(body), 'application/x-amz-json-1.0');
  else {
    const { status, answer } = dynamodb(target.replace(/^.*\./, ''), body);
    json(response, status, answer, 'application/x-amz-json-1.0');
  }
});
