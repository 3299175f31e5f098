/**
 * AWS and NetSapiens as the functions call them, in a process of their own that does next to nothing: it answers at
 * once, and DynamoDB says yes to everything, as no event comes twice here. What the stand-ins under local/ check and keep
 * would be measured too; here the functions are.
 *
 * For the benchmark itself: what was asked for how often, when so many agents are there, and where batches go.
 */
import { randomUUID } from 'node:crypto';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { listenForParent } from './child.ts';
import { KEYS, recordOf, TOKEN } from './events.ts';
import { messageOf, onMessages } from './through/wire.ts';

const BATCH = 10;
/** Batches under way at a time: as many events, about, as webhooks. */
const BATCHES = 4;

const counts = new Map<string, number>();
const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);

const answerOf = (value: unknown, status = '200 OK'): string =>
  messageOf(`HTTP/1.1 ${status}`, { 'content-type': 'application/json' }, JSON.stringify(value));

const secretOf = (body: string): object => {
  const { SecretId: id } = z.object({ SecretId: z.string() }).parse(JSON.parse(body));
  const secret = id === 'keys' ? JSON.stringify(KEYS) : TOKEN;
  return { ARN: id, Name: id, VersionId: '0'.repeat(32), SecretString: secret };
};

const ALL_DONE = '{"batchItemFailures":[]}';

const waiting: SQSRecord[] = [];
let isDelivering = false;
let batchesUnderWay = 0;
/** A connection for each batch that may be under way. */
const idleConnections: Socket[] = [];
let failed: ((answer: string) => void) | undefined;
let idle: (() => void) | undefined;

const handOver = (): void => {
  while (waiting.length > 0) {
    const connection = idleConnections.pop();
    if (!connection) return;
    batchesUnderWay += 1;
    const body = JSON.stringify({ Records: waiting.splice(0, BATCH) });
    connection.write(messageOf('POST /deliver HTTP/1.1', { host: '127.0.0.1' }, body));
  }
};

const deliverTo = (origin: string): void => {
  isDelivering = true;
  for (let index = 0; index < BATCHES; index += 1) {
    const connection = connect(Number(new URL(origin).port), '127.0.0.1').setNoDelay();
    onMessages(connection, (_, answer) => {
      batchesUnderWay -= 1;
      idleConnections.push(connection);
      if (answer !== ALL_DONE) failed?.(answer);
      handOver();
      if (batchesUnderWay === 0) idle?.();
    });
    idleConnections.push(connection);
  }
};

const sendSchema = z.object({
  Entries: z.array(z.object({ Id: z.string(), MessageBody: z.string(), MessageGroupId: z.string() })),
});
const takeBatch = (body: string): object => {
  const { Entries } = sendSchema.parse(JSON.parse(body));
  // Where nobody takes the batches, as at a cold start, the messages go nowhere.
  if (isDelivering)
    for (const { MessageBody, MessageGroupId } of Entries)
      waiting.push(recordOf(randomUUID(), MessageBody, MessageGroupId, new Date()));
  setImmediate(handOver);
  const Successful = Entries.map(({ Id }) => ({ Id, MessageId: Id }));
  return { Successful, Failed: [] };
};

/** A queue of people, none of whom comes again. */
const QUEUE = answerOf({
  callqueue: '3000',
  description: 'Support',
  'callqueue-dispatch-type': 'Ring All',
});
const AGENTS = answerOf(
  Array.from({ length: 20 }, (_, index) => ({ 'callqueue-agent-id': `${900 + index}@acme.example` })),
);
const ACCEPTED = answerOf({ code: 202, message: 'Accepted' }, '202 Accepted');
const DONE = answerOf({});
const added = new Set<string>();
let awaited: { readonly agents: number; readonly answer: () => void } | undefined;

const takeAgent = (body: string): void => {
  const id = /"callqueue-agent-id":"([^"]+)"/.exec(body)?.[1] ?? '';
  if (added.has(id)) count('agents added twice');
  added.add(id);
  if (awaited && added.size >= awaited.agents) {
    awaited.answer();
    awaited = undefined;
  }
};

const control = (path: string, answer: (value: unknown) => void): void => {
  const { pathname, searchParams } = new URL(path, 'http://127.0.0.1');
  switch (pathname) {
    case '/bench/deliver-to':
      deliverTo(searchParams.get('origin') ?? '');
      answer(null);
      return;
    case '/bench/failure':
      // Answered when a batch was not done as a whole: nothing comes a second time here.
      failed = answer;
      return;
    case '/bench/idle':
      // Answered when no batch is under way.
      idle = () => {
        answer(null);
        idle = undefined;
      };
      if (batchesUnderWay === 0) idle();
      return;
    case '/bench/agents':
      // Answered when so many have been added since the last that was asked so.
      awaited = { agents: Number(searchParams.get('count')), answer: () => answer(null) };
      return;
    default:
      answer(Object.fromEntries(counts));
      counts.clear();
      added.clear();
  }
};

/** What the functions ask: AWS, which has an operation in its headers, or NetSapiens. */
const answered = (method: string, path: string, operation: string | undefined, body: string): string => {
  count(operation ?? `NetSapiens ${method}`);
  switch (operation) {
    case undefined:
      if (method !== 'POST') return path.endsWith('/agents') ? AGENTS : QUEUE;
      takeAgent(body);
      return ACCEPTED;
    case 'GetSecretValue':
      return answerOf(secretOf(body));
    case 'SendMessageBatch':
      return answerOf(takeBatch(body));
    default:
      return DONE;
  }
};

await listenForParent(
  createServer({ noDelay: true }, (socket) => {
    // A function that ends, or is killed, leaves its connections as they are.
    socket.on('error', () => socket.destroy());
    onMessages(socket, (head, body) => {
      const [method = '', path = ''] = head.split(' ', 2);
      if (path.startsWith('/bench/')) control(path, (value) => socket.write(answerOf(value)));
      else socket.write(answered(method, path, /\r\nx-amz-target: \w+\.(\w+)/i.exec(head)?.[1], body));
    });
  }),
);
