/** What a function gets from outside besides its environment: clients' settings, clock, chance and standard output. */
import { setTimeout } from 'node:timers/promises';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { SQSClientConfig } from '@aws-sdk/client-sqs';

export interface Surroundings {
  /** Left out: the SDK's own defaults, as in Lambda. */
  readonly aws?: {
    readonly sqs?: SQSClientConfig;
    readonly dynamodb?: DynamoDBClientConfig;
    readonly secrets?: SecretsManagerClientConfig;
  };
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 0 <= n < 1. */
  readonly random: () => number;
  /** @param ms milliseconds */
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Takes one line of log, without its end. */
  readonly write: (line: string) => void;
}

export const inLambda: Surroundings = {
  now: Date.now,
  random: Math.random,
  sleep: setTimeout,
  write: (line) => process.stdout.write(`${line}\n`),
};
