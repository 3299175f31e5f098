/** The network between the functions and their neighbours, as bad as it gets: every call of a function passes here. */
import * as z from 'zod';
import type { Exchange, Reply, Send } from '../../lambda/http.ts';
import type { Chance } from './chance.ts';
import type { Clock } from './clock.ts';
import type { Hop } from './container.ts';
import {
  ALREADY_THERE,
  ALREADY_THERE_RATE,
  faultAt,
  faultsOf,
  LAG_MS,
  LAG_RATE,
  OUTAGE,
} from './netsapiens-faults.ts';
import { tuned } from './population.ts';
import type { World } from './world.ts';

/** What is out of order for a while. */
export interface Weather {
  netsapiens: 'fine' | 'down';
  dynamodb: 'fine' | 'throttled' | 'down' | 'unreachable';
}

export interface Network {
  readonly hop: Hop;
  readonly weather: Weather;
  /** How often each fault happened. */
  readonly happened: ReadonlyMap<string, number>;
  /** `queue agent` of whom a supervisor has added by hand. */
  readonly byHand: ReadonlySet<string>;
}

/** Of 1, for each call. */
const RATES = {
  killed: 0.004,
  aws: 0.01,
  partialBatch: 0.03,
};

const awsError = (status: number, code: string): Reply => ({
  kind: 'answer',
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({ __type: code, message: 'soak' }),
});
const RESET: Reply = { kind: 'no-answer', sent: true, why: 'ECONNRESET' };
const DYNAMODB = {
  throttled: awsError(400, 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException'),
  down: awsError(500, 'com.amazonaws.dynamodb.v20120810#InternalServerError'),
  unreachable: RESET,
};
const CONFLICT = awsError(400, 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException');
const SQS_DOWN = awsError(500, 'com.amazonaws.sqs#InternalError');

export const createNetwork = (
  { clock, simulator, open }: Pick<World, 'clock' | 'simulator' | 'open'>,
  chance: Chance,
  token: string,
): Network => {
  const weather: Weather = { netsapiens: 'fine', dynamodb: 'fine' };
  const happened = new Map<string, number>();
  const byHand = new Set<string>();
  const lagging = createLag(clock);
  const count = (name: string) => happened.set(name, (happened.get(name) ?? 0) + 1);

  const addByHand = async (exchange: Exchange, agent: string, queue: string): Promise<boolean> => {
    if (simulator.agents(queue).some((row) => row['callqueue-agent-id'] === agent)) return false;
    const reply = await open({
      ...exchange,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(tuned(agent)),
    });
    if (reply.kind !== 'answer' || reply.status >= 300) return false;
    byHand.add(`${queue} ${agent}`);
    return true;
  };

  const toNetSapiens = async (exchange: Exchange, next: Send): Promise<Reply> => {
    const { method, url, body } = exchange;
    const queue = /\/callqueues\/([^/]+)/.exec(url.pathname)?.[1] ?? '';
    const agent = body === undefined ? '' : agentSchema.parse(JSON.parse(body))['callqueue-agent-id'];
    const about = `${method} ${queue} ${agent}`;
    const draw = () => chance.draw(about);
    const pass = async (): Promise<Reply> => {
      const reply = await next(exchange);
      return method === 'GET' && url.pathname.endsWith('/agents') ? lagging.shown(queue, reply) : reply;
    };
    if (weather.netsapiens === 'down') return OUTAGE;
    const fault = faultAt(faultsOf(method), draw());
    if (fault) {
      count(`NetSapiens ${method}: ${fault.name}`);
      return fault.happen({ clock, pass, draw });
    }
    if (method === 'GET') return pass();
    if (draw() < ALREADY_THERE_RATE && (await addByHand(exchange, agent, queue))) {
      const reply = chance.pick(ALREADY_THERE, about);
      count(`NetSapiens POST: there by hand, ${reply.kind === 'answer' ? reply.status : ''}`);
      return reply;
    }
    if (draw() < LAG_RATE) {
      count('NetSapiens POST: shows only later');
      lagging.hide(queue, agent, draw() * LAG_MS);
    }
    return pass();
  };

  const toAws = async (exchange: Exchange, next: Send, target: string): Promise<Reply> => {
    const [service = '', operation = ''] = target.split('.');
    const dynamodb = service.startsWith('DynamoDB');
    if (dynamodb && weather.dynamodb !== 'fine') return DYNAMODB[weather.dynamodb];
    if (operation === 'SendMessageBatch' && chance.happens(RATES.partialBatch, target)) {
      count('SQS SendMessageBatch: a part of it fails');
      return partially(exchange, next, () => chance.happens(0.5, 'entry'));
    }
    if (operation === 'BatchWriteItem' && chance.happens(RATES.partialBatch, target)) {
      count('DynamoDB BatchWriteItem: a part of it is not processed');
      return partlyWritten(exchange, next, () => chance.happens(0.5, 'item'));
    }
    if (operation === 'TransactWriteItems' && chance.happens(RATES.partialBatch, target)) {
      count('DynamoDB TransactWriteItems: cancelled, another has one of the items');
      return CONFLICT;
    }
    if (!chance.happens(RATES.aws, target)) return next(exchange);
    const reply = dynamodb
      ? chance.pick([DYNAMODB.throttled, DYNAMODB.down, DYNAMODB.unreachable], target)
      : chance.pick([SQS_DOWN, RESET], target);
    const after = chance.happens(0.5, target) && !(dynamodb && reply === DYNAMODB.throttled);
    count(
      `${dynamodb ? 'DynamoDB' : service.replace('AmazonSQS', 'SQS')} ${operation}: fails ${after ? 'after' : 'before'}`,
    );
    if (after) await next(exchange);
    return reply;
  };

  const hop: Hop = (next, kill) => async (exchange) => {
    const target = exchange.headers['x-amz-target'];
    const name = target ?? `NetSapiens ${exchange.method}`;
    const dies = chance.happens(RATES.killed, `kill ${name}`);
    const before = dies && chance.happens(0.5, `kill ${name}`);
    if (dies) count(`killed ${before ? 'before' : 'after'} ${name.replace(/^.*\./, '')}`);
    if (before) {
      kill();
      return RESET;
    }
    const reply = await (target === undefined ? toNetSapiens(exchange, next) : toAws(exchange, next, target));
    if (dies) kill();
    return reply;
  };

  return { hop, weather, happened, byHand };
};

const agentSchema = z.object({ 'callqueue-agent-id': z.string() });
const rowsSchema = z.array(z.looseObject({ 'callqueue-agent-id': z.string() }));

/** Reads from a replica that is behind: a write shows only after a while. */
const createLag = (clock: Clock) => {
  const hidden = new Map<string, number>();
  return {
    hide: (queue: string, agent: string, ms: number) => hidden.set(`${queue} ${agent}`, clock.now() + ms),
    shown: (queue: string, reply: Reply): Reply => {
      if (hidden.size === 0 || reply.kind !== 'answer' || reply.status !== 200) return reply;
      const rows = rowsSchema
        .parse(JSON.parse(reply.body))
        .filter((row) => (hidden.get(`${queue} ${row['callqueue-agent-id']}`) ?? 0) <= clock.now());
      return { ...reply, body: JSON.stringify(rows) };
    },
  };
};

const batchSchema = z.looseObject({ Entries: z.array(z.looseObject({ Id: z.string() })) });
const batchAnswerSchema = z.looseObject({ Failed: z.array(z.unknown()).optional() });

/** SQS takes some entries of a batch, and not the others. */
const partially = async (exchange: Exchange, next: Send, fails: () => boolean): Promise<Reply> => {
  const batch = batchSchema.parse(JSON.parse(exchange.body ?? ''));
  const [first, ...rest] = batch.Entries.map((entry) => ({ entry, failed: fails() }));
  // One at the least fails.
  const entries = [...(first ? [{ ...first, failed: true }] : []), ...rest];
  const failed = entries
    .filter((each) => each.failed)
    .map(({ entry }) => ({ Id: entry.Id, Code: 'InternalError', Message: 'soak', SenderFault: false }));
  const taken = entries.filter((each) => !each.failed).map(({ entry }) => entry);
  if (taken.length === 0)
    return {
      kind: 'answer',
      status: 200,
      headers: {},
      body: JSON.stringify({ Successful: [], Failed: failed }),
    };
  const reply = await next({ ...exchange, body: JSON.stringify({ ...batch, Entries: taken }) });
  return reply.kind === 'answer' && reply.status === 200
    ? {
        ...reply,
        body: JSON.stringify({ ...batchAnswerSchema.parse(JSON.parse(reply.body)), Failed: failed }),
      }
    : reply;
};

const writeSchema = z.object({ RequestItems: z.record(z.string(), z.array(z.unknown())) });

/** DynamoDB writes some items of a batch, and gives the others back. */
const partlyWritten = async (exchange: Exchange, next: Send, fails: () => boolean): Promise<Reply> => {
  const { RequestItems: tables } = writeSchema.parse(JSON.parse(exchange.body ?? ''));
  const [[table, requests] = ['', []]] = Object.entries(tables);
  // One at the least is written, and one is not.
  const [written, unprocessed, ...rest] = requests;
  const sorted = rest.map((request) => ({ request, failed: fails() }));
  const some = (failed: boolean) =>
    sorted.filter((each) => each.failed === failed).map(({ request }) => request);
  const reply = await next({
    ...exchange,
    body: JSON.stringify({ RequestItems: { [table]: [written, ...some(false)] } }),
  });
  return reply.kind === 'answer' && reply.status === 200
    ? { ...reply, body: JSON.stringify({ UnprocessedItems: { [table]: [unprocessed, ...some(true)] } }) }
    : reply;
};
