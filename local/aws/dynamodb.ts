/** DynamoDB on one machine: dynalite, in memory. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { LEDGER } from '../../lambda/names.ts';
import { clientConfig } from './account.ts';
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

export const startDynamoDb = async (tables: readonly Table[]): Promise<Serving> => {
  const engine = dynalite({ createTableMs: 0 });
  const serving = await serve(async (request, response) => {
    engine.emit('request', whole(request, await readBody(request)), response);
  });
  const client = new DynamoDBClient(clientConfig(serving.origin));
  try {
    for (const table of tables)
      await client.send(new CreateTableCommand({ ...table, BillingMode: 'PAY_PER_REQUEST' }));
  } finally {
    client.destroy();
  }
  return serving;
};
