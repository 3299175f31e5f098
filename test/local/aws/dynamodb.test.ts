import { request } from 'node:http';
import {
  DynamoDBClient,
  GetItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientConfig } from '../../../local/aws/account.ts';
import { startDynamoDb } from '../../../local/aws/dynamodb.ts';
import type { Serving } from '../../../local/aws/server.ts';

let dynamodb: Serving;
let client: DynamoDBClient;

beforeEach(async () => {
  dynamodb = await startDynamoDb([
    {
      TableName: 'ledger',
      AttributeDefinitions: [
        { AttributeName: 'event', AttributeType: 'S' },
        { AttributeName: 'entry', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'event', KeyType: 'HASH' },
        { AttributeName: 'entry', KeyType: 'RANGE' },
      ],
    },
  ]);
  client = new DynamoDBClient(clientConfig(dynamodb.origin));
});

afterEach(async () => {
  client.destroy();
  await dynamodb.close();
});

const Key = { event: { S: 'hr#1' }, entry: { S: 'join' } };

const claim = (by: string) =>
  client.send(
    new UpdateItemCommand({
      TableName: 'ledger',
      Key,
      UpdateExpression: 'SET #by = :by',
      ConditionExpression: 'attribute_not_exists(#by)',
      ExpressionAttributeNames: { '#by': 'by' },
      ExpressionAttributeValues: { ':by': { S: by } },
    }),
  );

test('the table is there at once, and of many who claim an item one gets it', async () => {
  const claims = await Promise.allSettled(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(claim));
  expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const lost = claims.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
  expect(new Set(lost)).toEqual(new Set(['ConditionalCheckFailedException: The conditional request failed']));
});

test('a client that is killed in the middle of its request takes nothing down', async () => {
  const broken = request(dynamodb.origin, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'content-length': '1000' },
  });
  const closed = new Promise((resolve) => broken.on('close', resolve).on('error', resolve));
  broken.write('{"TableName":', () => broken.destroy());
  await closed;
  await claim('a');
  const { Item: item } = await client.send(new GetItemCommand({ TableName: 'ledger', Key }));
  expect(item?.['by']).toEqual({ S: 'a' });
});

describe('a transaction', () => {
  const put = (entry: string, by: string): TransactWriteItem => ({
    Put: {
      TableName: 'ledger',
      Item: { event: { S: 'hr#1' }, entry: { S: entry }, by: { S: by } },
      ConditionExpression: 'attribute_not_exists(#by)',
      ExpressionAttributeNames: { '#by': 'by' },
    },
  });
  const transact = (items: TransactWriteItem[], ClientRequestToken?: string) =>
    client.send(new TransactWriteItemsCommand({ TransactItems: items, ClientRequestToken }));
  const stored = async () =>
    (await client.send(new ScanCommand({ TableName: 'ledger' }))).Items?.map((item) =>
      `${item['entry']?.S ?? ''} ${item['by']?.S ?? ''} ${item['note']?.S ?? ''}`.trim(),
    ).sort();

  test('does all', async () => {
    await transact([put('a', '1'), put('b', '1')]);
    expect(await stored()).toEqual(['a 1', 'b 1']);
  });

  test('or nothing, and says why; what was there is as it was', async () => {
    await transact([put('b', '1')]);
    const refused = transact([put('a', '2'), put('b', '2'), put('c', '2')]);
    await expect(refused).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }, { Code: 'None' }],
    });
    expect(await stored()).toEqual(['b 1']);
  });

  test('takes back what it had changed', async () => {
    await transact([put('a', '1')]);
    const note: TransactWriteItem = {
      Put: {
        TableName: 'ledger',
        Item: { event: { S: 'hr#1' }, entry: { S: 'a' }, by: { S: '1' }, note: { S: 'changed' } },
      },
    };
    await expect(transact([note, put('a2', '1'), { ...put('a2', '1') }])).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await transact([put('b', '1')]);
    await expect(transact([note, put('b', '2')])).rejects.toThrow('ConditionalCheckFailed');
    expect(await stored()).toEqual(['a 1', 'b 1']);
    await transact([note]);
    expect(await stored()).toEqual(['a 1 changed', 'b 1']);
  });

  test('of an impossible key is cancelled', async () => {
    await expect(transact([put('a', '1'), put('x'.repeat(1025), '1')])).rejects.toThrow(
      '[None, ValidationError]',
    );
    expect(await stored()).toEqual([]);
  });

  test('is the same one under the same token, and another one is not', async () => {
    await transact([put('a', '1')], 'token');
    await transact([put('a', '1')], 'token');
    await expect(transact([put('a', '1')], 'other')).rejects.toThrow('ConditionalCheckFailed');
    await expect(transact([put('b', '1')], 'token')).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
    expect(await stored()).toEqual(['a 1']);
  });

  test('of many at once, each is seen as a whole', async () => {
    const race = ['1', '2', '3', '4', '5'].map((by) => transact([put('a', by), put('b', by)]));
    const won = (await Promise.allSettled(race)).filter(({ status }) => status === 'fulfilled');
    expect(won).toHaveLength(1);
    const [a = '', b = ''] = (await stored()) ?? [];
    expect(a.slice(2)).toBe(b.slice(2));
  });

  test.each([0, 101])('of %i puts is none', async (count) => {
    const items = Array.from({ length: count }, (_, index) => put(`n${index}`, '1'));
    await expect(transact(items)).rejects.toMatchObject({ name: 'ValidationException' });
    expect(await stored()).toEqual([]);
  });
});
