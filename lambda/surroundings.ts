/** What a function gets from outside besides its environment: AWS, clock, chance and standard output. */
import { setTimeout } from 'node:timers/promises';
import type { AwsSettings } from './aws/service.ts';
import { awsEnvironment } from './env.ts';

/** @typeParam Service those that the function calls */
export interface Surroundings<Service extends 'sqs' | 'dynamodb' | 'secrets'> {
  readonly aws: Readonly<Record<Service, AwsSettings>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 0 <= n < 1. */
  readonly random: () => number;
  /** @param ms milliseconds */
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Takes one line of log, without its end. */
  readonly write: (line: string) => void;
}

/** @throws Error where Lambda's own variables are missing */
export const inLambda = (): Surroundings<'sqs' | 'dynamodb' | 'secrets'> => ({
  aws: awsEnvironment(),
  now: Date.now,
  random: Math.random,
  sleep: setTimeout,
  write: (line) => process.stdout.write(`${line}\n`),
});
