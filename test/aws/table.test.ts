import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { twice } from '../../lambda/aws/service.ts';
import {
  createTable,
  isTrue,
  LedgerUnavailable,
  number,
  numberOf,
  text,
  textOf,
} from '../../lambda/aws/table.ts';
import type { Item, Table } from '../../lambda/aws/table.ts';
import { createSend } from '../../lambda/http.ts';
import type { Exchange, Reply, Send } from '../../lambda/http.ts';
import { clientConfig } from '../../local/aws/account.ts';
import { ledgerTable, startDynamoDb } from '../../local/aws/dynamodb.ts';
import type { Serving } from '../../local/aws/server.ts';

let dynamodb: Serving;
let client: DynamoDBClient;
let exchanges: Exchange[];
/** What happens to a call on its way; left out: it arrives. */
let meanwhile: (exchange: Exchange, next: Send) => Promise<Reply>;
let table: Table;

beforeEach(async () => {
  dynamodb = await startDynamoDb([ledgerTable('ledger')]);
  client = new DynamoDBClient(clientConfig(dynamodb.origin));
  exchanges = [];
  meanwhile = (exchange, next) => next(exchange);
  const wire = createSend();
  const send: Send = (exchange) => {
    exchanges.push(exchange);
    return meanwhile(exchange, wire);
  };
  const config = clientConfig(dynamodb.origin);
  table = createTable('ledger', { ...config, send: twice(send, () => Promise.resolve()) });
});
afterEach(async () => {
  client.destroy();
  await dynamodb.close();
});

const operations = () =>
  exchanges.map(({ headers }) => headers['x-amz-target']?.replace('DynamoDB_20120810.', ''));
const refusal = (status: number, code: string): Reply => ({
  kind: 'answer',
  status,
  headers: {},
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: 'no' }),
});
const keyOf = (name: string): Item => ({ event: text('hr#1'), entry: text(name) });
/** Every item as `entry`, and who has it. */
const items = async () =>
  (await client.send(new ScanCommand({ TableName: 'ledger' }))).Items?.map(
    (item) => `${item['entry']?.S ?? ''} ${item['by']?.S ?? ''}`,
  ).sort() ?? [];

/** Taken by whoever comes first; taken over, with a look at what was there, when its time is over. */
const take = (name: string, by: string, now = 0) =>
  table.take(
    keyOf(name),
    { by: text(by), until: number(now + 10) },
    { condition: 'attribute_not_exists(#by) OR #until <= :now', values: { now: number(now) } },
    { condition: 'attribute_not_exists(#by)' },
  );

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

test('what is read is what was last written, in a call signed for DynamoDB', async () => {
  await put('a');
  expect(await table.get(keyOf('a'))).toEqual({ ...keyOf('a'), by: text('m1') });
  const read = exchanges.at(-1);
  expect(JSON.parse(read?.body ?? '')).toMatchObject({ ConsistentRead: true });
  expect(read?.headers['authorization']).toMatch(/\/us-east-1\/dynamodb\/aws4_request,/);
});

test('of what is not there, or is of another kind, nothing is read', () => {
  const item: Item = { by: text('m1'), until: number(7), ended: { BOOL: true } };
  expect([textOf(item, 'by'), textOf(item, 'until'), textOf(item, 'x'), textOf(undefined, 'by')]).toEqual([
    'm1',
    undefined,
    undefined,
    undefined,
  ]);
  expect([numberOf(item, 'until'), numberOf(item, 'x'), numberOf(undefined, 'until')]).toEqual([
    7,
    undefined,
    undefined,
  ]);
  expect([isTrue(item, 'ended'), isTrue(item, 'x'), isTrue(undefined, 'ended')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('ten that are taken side by side are taken in one transaction', async () => {
  expect(await Promise.all(names.map((name) => take(name, 'm1')))).toEqual(names.map(() => undefined));
  expect(operations()).toEqual(['TransactWriteItems']);
  expect(await items()).toEqual(names.map((name) => `${name} m1`));
});

test('of ten, one of which another has, nine are taken, and each says what it would alone', async () => {
  await take('d', 'm0');
  const answers = await Promise.all(names.map((name) => take(name, 'm1')));
  expect(answers).toEqual(names.map((name) => (name === 'd' ? false : undefined)));
  expect(await items()).toEqual(names.map((name) => `${name} ${name === 'd' ? 'm0' : 'm1'}`));
});

test('one that is taken over tells what was there', async () => {
  await take('b', 'm0');
  const answers = await Promise.all(['a', 'b'].map((name) => take(name, 'm1', 10)));
  expect(answers[0]).toBeUndefined();
  expect(answers[1]).toMatchObject({ by: { S: 'm0' }, until: { N: '10' } });
});

test('of many who want the same at the same time, one has it', async () => {
  const answers = await Promise.all(['m1', 'm2', 'm3', 'm4'].map((by) => take('a', by)));
  expect(answers).toEqual([undefined, false, false, false]);
  expect(await items()).toEqual(['a m1']);
});

test('a transaction whose answer is lost is made again, and is the same one', async () => {
  let lost = false;
  meanwhile = async (exchange, next) => {
    const reply = await next(exchange);
    if (lost) return reply;
    lost = true;
    return { kind: 'no-answer', sent: true, why: 'ECONNRESET' };
  };
  expect(await Promise.all(['a', 'b'].map((name) => take(name, 'm1')))).toEqual([undefined, undefined]);
  expect(operations()).toEqual(['TransactWriteItems', 'TransactWriteItems']);
  expect(exchanges[0]?.body).toBe(exchanges[1]?.body);
});

const put = (name: string, more: Item = {}) => table.put({ ...keyOf(name), by: text('m1'), ...more });

test('thirty that are written side by side are written in two calls', async () => {
  const many = Array.from({ length: 30 }, (_, index) => `n${index + 10}`);
  await Promise.all(many.map((name) => put(name)));
  expect(operations()).toEqual(['BatchWriteItem', 'BatchWriteItem']);
  expect(await items()).toEqual(many.map((name) => `${name} m1`));
});

test('items of two events are two, though they are called the same', async () => {
  await Promise.all(['hr#1', 'hr#2'].map((event) => put('a', { event: text(event) })));
  expect(operations()).toEqual(['BatchWriteItem']);
  expect(await items()).toEqual(['a m1', 'a m1']);
});

test('of one item written twice at the same time, the later writing stays', async () => {
  await Promise.all([put('a', { by: text('m1') }), put('a', { by: text('m2') }), put('b')]);
  expect(await items()).toEqual(['a m2', 'b m1']);
});

test('what DynamoDB leaves of a batch is written alone', async () => {
  meanwhile = (exchange, next) => {
    if (!exchange.headers['x-amz-target']?.endsWith('BatchWriteItem')) return next(exchange);
    const { RequestItems: requests } = JSON.parse(exchange.body ?? '') as {
      RequestItems: { ledger: object[] };
    };
    const body = JSON.stringify({ UnprocessedItems: { ledger: requests.ledger.slice(1) } });
    return next({
      ...exchange,
      body: JSON.stringify({ RequestItems: { ledger: requests.ledger.slice(0, 1) } }),
    }).then((reply) => ({ ...reply, body }));
  };
  await Promise.all(['a', 'b', 'c'].map((name) => put(name)));
  expect(operations()).toEqual(['BatchWriteItem', 'PutItem', 'PutItem']);
  expect(await items()).toEqual(['a m1', 'b m1', 'c m1']);
});

test('half a character is written as what stands for none', async () => {
  await put('a', { by: text('cut off \ud83d') });
  expect(await items()).toEqual(['a cut off \ufffd']);
});

/** DynamoDB takes no sort key of more than 1,024 bytes. */
const IMPOSSIBLE = 'x'.repeat(1025);

test.each<[what: string, ask: (name: string) => Promise<unknown>]>([
  ['written', (name) => put(name)],
  ['taken', (name) => take(name, 'm1')],
])("one that cannot be %s is nobody else's trouble", async (_, ask) => {
  const answers = await Promise.allSettled(['a', IMPOSSIBLE, 'c'].map(ask));
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(answers[1]).toMatchObject({ reason: { name: 'LedgerUnavailable' } });
  expect(await items()).toEqual(['a m1', 'c m1']);
});

test.each<[what: string, ask: (name: string) => Promise<unknown>]>([
  ['written', (name) => put(name)],
  ['taken', (name) => take(name, 'm1')],
])('where DynamoDB is out of order nothing that is %s is asked for once more alone', async (_, ask) => {
  meanwhile = () => Promise.resolve(refusal(500, 'InternalServerError'));
  const answers = await Promise.allSettled(['a', 'b', 'c'].map(ask));
  const reasons = answers.map((answer): unknown => answer.status === 'rejected' && answer.reason);
  for (const reason of reasons) {
    expect(reason).toBeInstanceOf(LedgerUnavailable);
    expect(reason).toHaveProperty('message', 'DynamoDB did not do what was asked');
    expect(reason).toHaveProperty('cause.name', 'InternalServerError');
  }
  // The call, and its second try.
  expect(exchanges).toHaveLength(2);
});
