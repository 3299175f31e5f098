/** What became of every event: the ledger's journal, one line for each outcome. */
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/** One outcome of one event; what does not apply is left out. */
export interface OutcomeLine {
  /** The event's id. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly rule?: string;
  readonly queue?: string;
  readonly agent?: string;
  readonly outcome: string;
  readonly reason: string;
  readonly code: string;
  readonly owner?: string;
  readonly attempts: number;
  /** ISO 8601. */
  readonly updatedAt: string;
}

type Item = Readonly<Record<string, AttributeValue>>;

/** Newest last. */
export const readOutcomes = async (table: string, settings: DynamoDBClientConfig): Promise<OutcomeLine[]> => {
  const client = new DynamoDBClient(settings);
  try {
    const journal: Item[] = [];
    const scan = paginateScan(
      { client },
      {
        TableName: table,
        ConsistentRead: true,
        FilterExpression: 'begins_with(#entry, :delivery)',
        ExpressionAttributeNames: { '#entry': 'entry' },
        ExpressionAttributeValues: { ':delivery': { S: 'delivery#' } },
      },
    );
    for await (const { Items: items = [] } of scan) journal.push(...items);
    return journal.toSorted((a, b) => compare(text(a, 'updatedAt'), text(b, 'updatedAt'))).flatMap(linesOf);
  } finally {
    client.destroy();
  }
};

const linesOf = (item: Item): OutcomeLine[] =>
  (item['outcomes']?.L ?? []).map(({ M: outcome = {} }) => ({
    id: text(item, 'id'),
    source: text(item, 'source'),
    type: text(item, 'type'),
    subject: text(item, 'subject'),
    ...given(outcome, 'rule', 'queue', 'agent'),
    outcome: text(outcome, 'outcome'),
    reason: text(outcome, 'reason'),
    code: text(outcome, 'code'),
    ...given(outcome, 'owner'),
    attempts: Number(item['attempts']?.N),
    updatedAt: text(item, 'updatedAt'),
  }));

const text = (item: Item, name: string): string => item[name]?.S ?? '';

const given = (item: Item, ...names: string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (item[name]?.S === undefined ? [] : [[name, item[name].S]])));

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
