/** One DynamoDB table: conditional writes whose condition may fail, and reads that see them. */
import * as z from 'zod';
import { AwsError, createService } from './service.ts';
import type { AwsSettings } from './service.ts';

/** A value as DynamoDB writes it, of the kinds that are in use here. */
export interface AttributeValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly BOOL?: boolean | undefined;
  readonly L?: readonly AttributeValue[] | undefined;
  readonly M?: Item | undefined;
}

export type Item = Readonly<Record<string, AttributeValue>>;

export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });

/** What stands under a name, where it is there and of that kind. */
export const textOf = (item: Item | undefined, name: string): string | undefined => item?.[name]?.S;
export const numberOf = (item: Item | undefined, name: string): number | undefined => {
  const written = item?.[name]?.N;
  return written === undefined ? undefined : Number(written);
};
export const isTrue = (item: Item | undefined, name: string): boolean => item?.[name]?.BOOL === true;

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

/** AWS's domain; isolated partitions, which no sender could reach, are left out. */
const domainOf = (region: string): string =>
  region.startsWith('cn-')
    ? 'amazonaws.com.cn'
    : region.startsWith('eusc-')
      ? 'amazonaws.eu'
      : 'amazonaws.com';

const valueSchema: z.ZodType<AttributeValue> = z.object({
  S: z.string().optional(),
  N: z.string().optional(),
  BOOL: z.boolean().optional(),
  get L() {
    return z.array(valueSchema).optional();
  },
  get M() {
    return itemSchema.optional();
  },
});
const itemSchema = z.record(z.string(), valueSchema);
const answerSchema = z.object({ Item: itemSchema.optional(), Attributes: itemSchema.optional() });

export const createTable = (name: string, settings: AwsSettings): Table => {
  const { region } = settings;
  const endpoint = `https://dynamodb.${region}.${domainOf(region)}`;
  const call = createService({ service: 'dynamodb', protocol: 'DynamoDB_20120810', endpoint }, settings);

  const answered = async (operation: string, input: object) => {
    try {
      return answerSchema.parse(await call(operation, { TableName: name, ...input }));
    } catch (cause) {
      if (cause instanceof AwsError && cause.name === 'ConditionalCheckFailedException') return false;
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
      const answer = await answered('GetItem', { Key: key, ConsistentRead: true });
      return answer ? answer.Item : undefined;
    },
    put: async (item, { condition, values } = {}) => {
      const answer = await answered('PutItem', {
        Item: item,
        ...conditionOf(condition),
        ...(values && { ExpressionAttributeValues: valuesOf(values) }),
      });
      return answer !== false;
    },
    update: async (key, set, { condition, values } = {}) => {
      const answer = await answered('UpdateItem', {
        Key: key,
        UpdateExpression: `SET ${Object.keys(set)
          .map((attribute) => `#${attribute} = :${attribute}`)
          .join(', ')}`,
        ...conditionOf(condition),
        ExpressionAttributeNames: Object.fromEntries(
          Object.keys(set).map((attribute) => [`#${attribute}`, attribute]),
        ),
        ExpressionAttributeValues: valuesOf(set, values),
        ReturnValues: 'ALL_OLD',
      });
      return answer && answer.Attributes;
    },
  };
};
