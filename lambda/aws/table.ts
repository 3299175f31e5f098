/** One DynamoDB table: conditional writes whose condition may fail, and reads that see them. */
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { CLIENT_SETTINGS } from './client-settings.ts';

export type Item = Record<string, AttributeValue>;

export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });

/** DynamoDB did not do what was asked. What was done before it stands; the attempt has to be made again. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}

/** A DynamoDB condition, and the values that it speaks of. `#name` and `:name` are those of what is set; more in `values`. */
interface Condition {
  readonly condition?: string;
  readonly values?: Item;
}

/** Every call may throw LedgerUnavailable. */
export interface Table {
  get(key: Item): Promise<Item | undefined>;
  /** @returns false where the condition does not hold */
  put(item: Item, condition?: Condition): Promise<boolean>;
  /** @returns the item as it was before, undefined where there was none, false where the condition does not hold */
  update(key: Item, set: Item, condition?: Condition): Promise<Item | undefined | false>;
}

export const createTable = (name: string, settings: DynamoDBClientConfig = {}): Table => {
  const client = new DynamoDBClient({ ...CLIENT_SETTINGS, ...settings });

  const reached = async <T>(answer: Promise<T>): Promise<T | false> => {
    try {
      return await answer;
    } catch (cause) {
      if (cause instanceof ConditionalCheckFailedException) return false;
      throw new LedgerUnavailable('DynamoDB did not do what was asked', { cause });
    }
  };
  const conditionOf = (condition: string | undefined) =>
    condition === undefined ? {} : { ConditionExpression: condition };
  const valuesOf = (...items: (Item | undefined)[]): Item =>
    Object.fromEntries(
      items.flatMap((item = {}) => Object.entries(item).map(([key, value]) => [`:${key}`, value])),
    );

  return {
    get: async (key) => {
      const answer = await reached(
        client.send(new GetItemCommand({ TableName: name, Key: key, ConsistentRead: true })),
      );
      return answer ? answer.Item : undefined;
    },
    put: async (item, { condition, values } = {}) => {
      const answer = await reached(
        client.send(
          new PutItemCommand({
            TableName: name,
            Item: item,
            ...conditionOf(condition),
            ...(values && { ExpressionAttributeValues: valuesOf(values) }),
          }),
        ),
      );
      return answer !== false;
    },
    update: async (key, set, { condition, values } = {}) => {
      const answer = await reached(
        client.send(
          new UpdateItemCommand({
            TableName: name,
            Key: key,
            UpdateExpression: `SET ${Object.keys(set)
              .map((key) => `#${key} = :${key}`)
              .join(', ')}`,
            ...conditionOf(condition),
            ExpressionAttributeNames: Object.fromEntries(
              Object.keys(set).map((attribute) => [`#${attribute}`, attribute]),
            ),
            ExpressionAttributeValues: valuesOf(set, values),
            ReturnValues: 'ALL_OLD',
          }),
        ),
      );
      return answer && answer.Attributes;
    },
  };
};
