/**
 * TransactWriteItems over an engine that has no transactions: each update is made by the engine, which judges its
 * condition, and all are taken back where one was refused. The caller sees to it that nobody looks in between.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClient, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import { parsed } from '../../lambda/json.ts';
import { json } from './server.ts';

/** As the API's documentation has it. */
const MOST_UPDATES = 100;

type Item = Record<string, AttributeValue>;

/** The engine's own business, which checks it. */
const itemSchema = z.custom<Item>((value) => typeof value === 'object' && value !== null);
const updateSchema = z.strictObject({
  TableName: z.string(),
  Key: itemSchema,
  UpdateExpression: z.string(),
  ConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: itemSchema.optional(),
});
const inputSchema = z.strictObject({
  ClientRequestToken: z.string().min(1).max(36).optional(),
  TransactItems: z
    .array(z.strictObject({ Update: updateSchema }))
    .min(1)
    .max(MOST_UPDATES),
});
type Input = z.infer<typeof inputSchema>;

interface Reason {
  readonly Code: string;
  readonly Message?: string;
}

const NONE: Reason = { Code: 'None' };

const PREFIX = 'com.amazonaws.dynamodb.v20120810#';

export const createTransactions = (client: DynamoDBClient) => {
  /** What was done under a token; DynamoDB remembers it for ten minutes, longer than anybody here repeats a call. */
  const done = new Map<string, Input>();

  const update = async ({ Key, TableName, ...rest }: UpdateItemCommandInput) => {
    try {
      const { Item: before } = await client.send(
        new GetItemCommand({ TableName, Key, ConsistentRead: true }),
      );
      const undo = async (): Promise<void> => {
        if (before) await client.send(new PutItemCommand({ TableName, Item: before }));
        else await client.send(new DeleteItemCommand({ TableName, Key }));
      };
      await client.send(new UpdateItemCommand({ TableName, Key, ...rest }));
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
      const keys = items.map(({ Update: { TableName, Key } }) => JSON.stringify([TableName, Key]));
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
        const updates = [];
        for (const { Update: each } of items) updates.push(await update(each));
        const reasons = updates.map(({ reason }) => reason);
        if (reasons.some((reason) => reason !== NONE)) {
          for (const { undo } of updates) await undo?.();
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
