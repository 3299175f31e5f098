/** The stand-ins of one run: what the functions know as AWS. */
import { startDynamoDb } from './aws/dynamodb.ts';
import type { Table } from './aws/dynamodb.ts';
import { startSecretsManager } from './aws/secrets-manager.ts';
import type { SecretsManager } from './aws/secrets-manager.ts';
import type { Serving } from './aws/server.ts';
import { startSqs } from './aws/sqs.ts';
import type { QueueSettings, Sqs } from './aws/sqs.ts';

export interface Resources {
  /** A dead-letter queue stands before those that use it. */
  readonly queues: readonly QueueSettings[];
  readonly tables: readonly Table[];
  readonly secrets: readonly string[];
  /** Milliseconds since 1970, for the queues; left out: the clock. */
  readonly now?: () => number;
}

export interface StandIns {
  readonly sqs: Sqs;
  readonly dynamodb: Serving;
  readonly secrets: SecretsManager;
  readonly close: () => Promise<void>;
}

export const startStandIns = async ({
  queues,
  tables,
  secrets: names,
  now,
}: Resources): Promise<StandIns> => {
  const [sqs, dynamodb, secrets] = await Promise.all([
    startSqs(queues, now),
    startDynamoDb(tables),
    startSecretsManager(names),
  ]);
  return {
    sqs,
    dynamodb,
    secrets,
    close: async () => {
      await Promise.all([sqs.close(), dynamodb.close(), secrets.close()]);
    },
  };
};
