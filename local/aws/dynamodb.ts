/** DynamoDB on one machine: dynalite, in memory, and the transactions that it does not know. */
import { once } from 'node:events';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { LEDGER } from '../../lambda/names.ts';
import { clientConfig } from './account.ts';
import { createTransactions } from './dynamodb-transactions.ts';
import { targetOf } from './json-protocol.ts';
import { readBody, serve, whole } from './server.ts';
import type { Serving } from './server.ts';

export type Table = Required<
  Pick<CreateTableCommandInput, 'TableName' | 'AttributeDefinitions' | 'KeySchema'>
>;

/** As the stack has it. */
export const ledgerTable = (TableName: string): Table => ({
  TableName,
  AttributeDefinitions: [
    { AttributeName: LEDGER.partitionKey, AttributeType: 'S' },
    { AttributeName: LEDGER.sortKey, AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: LEDGER.partitionKey, KeyType: 'HASH' },
    { AttributeName: LEDGER.sortKey, KeyType: 'RANGE' },
  ],
});

const create = async (client: DynamoDBClient, table: Table): Promise<void> => {
  await client.send(new CreateTableCommand({ ...table, BillingMode: 'PAY_PER_REQUEST' }));
  for (;;) {
    const { Table: found } = await client.send(new DescribeTableCommand({ TableName: table.TableName }));
    if (found?.TableStatus === 'ACTIVE') return;
  }
};

export const startDynamoDb = async (tables: readonly Table[]): Promise<Serving> => {
  const engine = dynalite({ createTableMs: 0 });
  const inner = await serve(async (request, response) => {
    engine.emit('request', whole(request, await readBody(request)), response);
  });
  const client = new DynamoDBClient(clientConfig(inner.origin));
  for (const table of tables) await create(client, table);
  const transactions = createTransactions(client);

  // One request after the other: nobody sees a half of a transaction.
  let turn: Promise<unknown> = Promise.resolve();
  const outer = await serve(async (request, response) => {
    const body = await readBody(request);
    const answer = turn.then(async () => {
      if (response.closed) return;
      if (targetOf(request) === 'DynamoDB_20120810.TransactWriteItems') {
        await transactions.answer(body, response);
        return;
      }
      const answered = once(response, 'close');
      engine.emit('request', whole(request, body), response);
      await answered;
    });
    turn = answer.catch(() => undefined);
    await answer;
  });
  return {
    origin: outer.origin,
    close: async () => {
      client.destroy();
      await Promise.all([outer.close(), inner.close()]);
    },
  };
};
