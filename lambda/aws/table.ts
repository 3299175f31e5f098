/**
 * One DynamoDB table: conditional writes whose condition may fail, and reads that see them.
 *
 * What the events of a batch write at the same time goes in one call. Where DynamoDB refuses such a call, each write is
 * made by itself: one event's trouble is not another's.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { LEDGER } from '../names.ts';
import { createGathering } from './gathering.ts';
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

/** A half of a character, which a text that was cut may end in, is none that DynamoDB takes. */
export const text = (value: string): AttributeValue => ({ S: value.toWellFormed() });
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

/**
 * A DynamoDB condition: `#name` is the attribute of that name, `:name` is of `values`, and in `update` also of what is set.
 */
interface Condition {
  readonly condition: string;
  readonly values?: Item;
}

/** Every call may throw LedgerUnavailable. */
export interface Table {
  get(key: Item): Promise<Item | undefined>;
  /** Writes the whole item, whatever was there. */
  put(item: Item): Promise<void>;
  /** Writes the whole item, unless the condition does not hold. */
  putIf(item: Item, when: Condition): Promise<void>;
  /** @returns the item as it was before, undefined where there was none, false where the condition does not hold */
  update(key: Item, set: Item, when: Condition): Promise<Item | undefined | false>;
  /**
   * As `update`, for what several events do at the same time, and where the whole item is set.
   *
   * @param fresh a stricter condition: where it holds, nothing of the item as it was matters to the caller, and the
   * answer is as if there had been none
   */
  take(key: Item, set: Item, when: Condition, fresh: Condition): Promise<Item | undefined | false>;
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
const batchSchema = z.object({
  UnprocessedItems: z
    .record(z.string(), z.array(z.object({ PutRequest: z.object({ Item: itemSchema }) })))
    .default({}),
});

/** What one call of DynamoDB takes. */
const MOST_IN_TRANSACTION = 100;
const MOST_IN_BATCH = 25;

const CONDITION_FAILED: ReadonlySet<string> = new Set(['ConditionalCheckFailedException']);
/** As a whole it was not done, because of something in it; or DynamoDB does not say whether it was. */
const REFUSED: ReadonlySet<string> = new Set([
  'TransactionCanceledException',
  'TransactionConflictException',
  'TransactionInProgressException',
  'ValidationException',
]);

const keyOf = (item: Item): string =>
  `${textOf(item, LEDGER.partitionKey) ?? ''}\n${textOf(item, LEDGER.sortKey) ?? ''}`;

const valuesOf = (...items: (Item | undefined)[]): Item => {
  const values: Record<string, AttributeValue> = {};
  for (const item of items)
    for (const [name, value] of Object.entries(item ?? {})) values[`:${name}`] = value;
  return values;
};

const NAME = /(?<=#)\w+/g;

/** By condition, of which there are as many as the code has: the names in it. */
const namesIn = new Map<string, Readonly<Record<string, string>> | undefined>();
const namesOf = (condition: string): Readonly<Record<string, string>> | undefined => {
  if (!namesIn.has(condition)) {
    const names: string[] | null = condition.match(NAME);
    namesIn.set(condition, names ? Object.fromEntries(names.map((name) => [`#${name}`, name])) : undefined);
  }
  return namesIn.get(condition);
};

/** What `PutItem`, and a `Put` in a transaction, are told: DynamoDB refuses a name or a value that is not used. */
const conditionOf = ({ condition, values }: Condition) => {
  const names = namesOf(condition);
  return {
    ConditionExpression: condition,
    ...(names && { ExpressionAttributeNames: names }),
    ...(values && { ExpressionAttributeValues: valuesOf(values) }),
  };
};

const updateOf = (key: Item, set: Item, { condition, values }: Condition) => ({
  Key: key,
  UpdateExpression: `SET ${Object.keys(set)
    .map((attribute) => `#${attribute} = :${attribute}`)
    .join(', ')}`,
  ConditionExpression: condition,
  ExpressionAttributeNames: Object.fromEntries(
    Object.keys(set).map((attribute) => [`#${attribute}`, attribute]),
  ),
  ExpressionAttributeValues: valuesOf(set, values),
});

interface Taking {
  readonly key: Item;
  readonly set: Item;
  readonly when: Condition;
  readonly fresh: Condition;
}

export const createTable = (name: string, settings: AwsSettings): Table => {
  const { region } = settings;
  const endpoint = `https://dynamodb.${region}.${domainOf(region)}`;
  const call = createService({ service: 'dynamodb', protocol: 'DynamoDB_20120810', endpoint }, settings);

  /** @returns undefined where DynamoDB refused for one of these reasons */
  const unlessRefused = async (
    operation: string,
    input: object,
    reasons: ReadonlySet<string> = new Set(),
  ): Promise<unknown> => {
    try {
      return await call(operation, input);
    } catch (cause) {
      if (cause instanceof AwsError && reasons.has(cause.name)) return undefined;
      throw new LedgerUnavailable('DynamoDB did not do what was asked', { cause });
    }
  };

  const update = async (key: Item, set: Item, when: Condition): Promise<Item | undefined | false> => {
    const input = { TableName: name, ...updateOf(key, set, when), ReturnValues: 'ALL_OLD' };
    const answer = await unlessRefused('UpdateItem', input, CONDITION_FAILED);
    return answer === undefined ? false : answerSchema.parse(answer).Attributes;
  };

  const take = createGathering<Taking, Item | undefined | false>({
    most: MOST_IN_TRANSACTION,
    inTurn: true,
    keyOf: ({ key }) => keyOf(key),
    alone: ({ key, set, when }) => update(key, set, when),
    together: async (asked) => {
      const input = {
        // A call whose answer was lost is made once more: by this, DynamoDB does not take it for another.
        ClientRequestToken: randomUUID(),
        TransactItems: asked.map(({ key, set, fresh }) => ({
          Put: { TableName: name, Item: { ...key, ...set }, ...conditionOf(fresh) },
        })),
      };
      const answer = await unlessRefused('TransactWriteItems', input, REFUSED);
      return new Map(answer === undefined ? [] : asked.map((each) => [each, Promise.resolve(undefined)]));
    },
  });

  const putIf = async (item: Item, when?: Condition): Promise<void> => {
    const input = { TableName: name, Item: item, ...(when && conditionOf(when)) };
    await unlessRefused('PutItem', input, CONDITION_FAILED);
  };

  const put = createGathering<Item, unknown>({
    most: MOST_IN_BATCH,
    inTurn: true,
    keyOf,
    alone: (item) => putIf(item),
    together: async (items) => {
      const input = { RequestItems: { [name]: items.map((item) => ({ PutRequest: { Item: item } })) } };
      const answer = await unlessRefused('BatchWriteItem', input, REFUSED);
      if (answer === undefined) return new Map();
      const left = batchSchema.parse(answer).UnprocessedItems[name] ?? [];
      const keys = new Set(left.map(({ PutRequest: { Item: item } }) => keyOf(item)));
      const written = items.filter((item) => !keys.has(keyOf(item)));
      return new Map(written.map((item) => [item, Promise.resolve()]));
    },
  });

  return {
    get: async (key) => {
      const answer = await unlessRefused('GetItem', { TableName: name, Key: key, ConsistentRead: true });
      return answerSchema.parse(answer).Item;
    },
    put: async (item) => {
      await put(item);
    },
    putIf,
    update,
    take: (key, set, when, fresh) => take({ key, set, when, fresh }),
  };
};
