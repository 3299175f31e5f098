import { request } from 'node:http';
import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
