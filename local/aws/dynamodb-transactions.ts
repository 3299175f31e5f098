/**
 * TransactWriteItems over an engine that has no transactions: each item is put by the engine, which judges its condition,
 * and all are taken back where one was refused. The caller sees to it that nobody looks in between.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClient, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import { parsed } from '../../lambda/json.ts';
import { LEDGER } from '../../lambda/names.ts';
import { json } from './server.ts';

/** As the API's documentation has it. */
const MOST_PUTS = 100;

type Item = Record<string, AttributeValue>;

/** The engine's own business, which checks it. */
const itemSchema = z.custom<Item>((value) => typeof value === 'object' && value !== null);
const putSchema = z.strictObject({
  TableName: z.string(),
  Item: itemSchema,
  ConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: itemSchema.optional(),
});
const inputSchema = z.strictObject({
  ClientRequestToken: z.string().min(1).max(36).optional(),
  TransactItems: z
    .array(z.strictObject({ Put: putSchema }))
    .min(1)
    .max(MOST_PUTS),
});
type Input = z.infer<typeof inputSchema>;

interface Reason {
  readonly Code: string;
  readonly Message?: string;
}

const NONE: Reason = { Code: 'None' };

/** Of the one table that there is. */
const keyOf = ({ [LEDGER.partitionKey]: partition, [LEDGER.sortKey]: sort }: Item): Item => ({
  ...(partition && { [LEDGER.partitionKey]: partition }),
  ...(sort && { [LEDGER.sortKey]: sort }),
});

const PREFIX = 'com.amazonaws.dynamodb.v20120810#';

export const createTransactions = (client: DynamoDBClient) => {
  /** What was done under a token; DynamoDB remembers it for ten minutes, longer than anybody here repeats a call. */
  const done = new Map<string, Input>();

  const put = async (asked: PutItemCommandInput) => {
    const { TableName, Item = {} } = asked;
    const Key = keyOf(Item);
    try {
      const { Item: before } = await client.send(
        new GetItemCommand({ TableName, Key, ConsistentRead: true }),
      );
      const undo = async (): Promise<void> => {
        if (before) await client.send(new PutItemCommand({ TableName, Item: before }));
        else await client.send(new DeleteItemCommand({ TableName, Key }));
      };
      await client.send(new PutItemCommand(asked));
      return { reason: NONE, undo };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException)
        return { reason: { Code: 'ConditionalCheckFailed', Message: error.message } };
      if (!(error instanceof DynamoDBServiceException)) throw error;
      return { reason: { Code: 'ValidationError', Message: error.message } };
    }
  };

  return {
    answer: async (body: Buffer, response: ServerResponse): Promise<void> => {
      const refuse = (code: string, message: string, more: object = {}) =>
        json(response, 400, { __type: `${PREFIX}${code}`, message, ...more }, 'application/x-amz-json-1.0');
      const input = inputSchema.safeParse(parsed(body.toString()));
      if (!input.success) {
        refuse('ValidationException', z.prettifyError(input.error));
        return;
      }
      const { ClientRequestToken: token, TransactItems: items } = input.data;
      const keys = items.map(({ Put: { TableName, Item } }) => JSON.stringify([TableName, keyOf(Item)]));
      if (new Set(keys).size < keys.length) {
        refuse('ValidationException', 'Transaction request cannot include multiple operations on one item');
        return;
      }
      const before = token === undefined ? undefined : done.get(token);
      if (before && !isDeepStrictEqual(before, input.data)) {
        refuse('IdempotentParameterMismatchException', 'the token was used for another transaction');
        return;
      }
      if (!before) {
        const puts = [];
        for (const { Put: each } of items) puts.push(await put(each));
        const reasons = puts.map(({ reason }) => reason);
        if (reasons.some((reason) => reason !== NONE)) {
          for (const { undo } of puts) await undo?.();
          const codes = reasons.map(({ Code }) => Code).join(', ');
          refuse(
            'TransactionCanceledException',
            `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
            { CancellationReasons: reasons },
          );
          return;
        }
        if (token !== undefined) done.set(token, input.data);
      }
      json(response, 200, {}, 'application/x-amz-json-1.0');
    },
  };
};
