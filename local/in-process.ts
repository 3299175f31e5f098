/** The functions in this very process, without a bundle: quick to start, and easy to look into. */
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { loadConfiguration } from '../infra/configuration.ts';
import { wireDeliver } from '../lambda/deliver.ts';
import { webhookPath } from '../lambda/names.ts';
import type { RuleInput } from '../lambda/names.ts';
import { wireReceiveEvent } from '../lambda/receive-event.ts';
import { wireReceive } from '../lambda/receive.ts';
import { clientConfig } from './aws/account.ts';
import { ledgerTable } from './aws/dynamodb.ts';
import { compilePattern } from './aws/event-pattern.ts';
import type { BusRule } from './aws/event-bus.ts';
import { secretArn } from './aws/secrets-manager.ts';
import type { Deployment, DeploymentOptions } from './deployment.ts';
import { startStandIns } from './stand-ins.ts';
import type { Configuration } from '../lambda/configuration.ts';

export interface InProcessOptions extends DeploymentOptions {
  /** Milliseconds since 1970; left out: the clock. */
  readonly now?: () => number;
  /** 0 <= n < 1; left out: chance. */
  readonly random?: () => number;
  /** Left out: it takes the time that it says. */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

const NAMES = {
  queue: 'onqueue.fifo',
  waitingQueue: 'onqueue-waiting.fifo',
  deadLetterQueue: 'onqueue-parked.fifo',
  ledger: 'onqueue-ledger',
  keys: 'onqueue-signing-keys',
  token: 'onqueue-token',
};

/** As the stack has them. */
const DELIVER_TIMEOUT_MS = 120_000;
const VISIBILITY_TIMEOUT_SECONDS = 720;
const MAX_RECEIVE_COUNT = 1_000;

/** @throws ConfigurationError, PatternError */
export const deployInProcess = async ({
  configurationFile,
  netsapiens,
  visibilityTimeoutSeconds = VISIBILITY_TIMEOUT_SECONDS,
  write,
  now = Date.now,
  random = Math.random,
  sleep = setTimeout,
}: InProcessOptions): Promise<Deployment> => {
  const configuration = loadConfiguration(configurationFile);
  const rules = rulesOf(configuration);
  const standIns = await startStandIns({
    queues: [
      { name: NAMES.deadLetterQueue, deduplicationScope: 'messageGroup' },
      {
        name: NAMES.queue,
        deduplicationScope: 'messageGroup',
        visibilityTimeoutSeconds,
        redrive: { deadLetterQueue: NAMES.deadLetterQueue, maxReceiveCount: MAX_RECEIVE_COUNT },
      },
      {
        name: NAMES.waitingQueue,
        deduplicationScope: 'messageGroup',
        visibilityTimeoutSeconds,
        redrive: { deadLetterQueue: NAMES.queue, maxReceiveCount: MAX_RECEIVE_COUNT },
      },
    ],
    tables: [ledgerTable(NAMES.ledger)],
    secrets: [NAMES.keys, NAMES.token],
    now,
  });

  const { sqs, dynamodb, secrets } = standIns;
  const surroundings = {
    aws: {
      sqs: clientConfig(sqs.origin),
      dynamodb: clientConfig(dynamodb.origin),
      secrets: clientConfig(secrets.origin),
    },
    now,
    random,
    sleep,
    write,
  };
  const QUEUE_URL = sqs.queueUrl(NAMES.queue);
  const receive = wireReceive(
    { QUEUE_URL, KEYS_SECRET_ARN: secretArn(NAMES.keys) },
    configuration,
    surroundings,
  );
  const receiveEvent = wireReceiveEvent({ QUEUE_URL }, configuration, surroundings);
  const deliver = wireDeliver(
    {
      QUEUE_URL,
      WAITING_QUEUE_URL: sqs.queueUrl(NAMES.waitingQueue),
      DEAD_LETTER_QUEUE_URL: sqs.queueUrl(NAMES.deadLetterQueue),
      LEDGER_TABLE: NAMES.ledger,
      TOKEN_SECRET_ARN: secretArn(NAMES.token),
      NETSAPIENS_ORIGIN: netsapiens,
    },
    configuration,
    surroundings,
  );

  return {
    standIns,
    names: NAMES,
    routeKey: `ANY ${webhookPath('{source}')}`,
    rules,
    batches: [NAMES.queue, NAMES.waitingQueue].map((queue) => ({
      queue,
      size: 10,
      reportsFailures: true,
      concurrency: 2,
    })),
    receive,
    receiveEvent: (input) => receiveEvent(ruleInputSchema.parse(input)),
    deliver: (event) => {
      const deadline = Date.now() + DELIVER_TIMEOUT_MS;
      return deliver(event, { getRemainingTimeInMillis: () => deadline - Date.now() });
    },
    kill: () => undefined,
    close: () => standIns.close(),
  };
};

const ruleInputSchema = z.object({ onqueueSource: z.string(), event: z.unknown() });

const rulesOf = ({ sources }: Configuration): BusRule[] =>
  Object.entries(sources).flatMap(([name, source]) =>
    source.type === 'eventbridge'
      ? [
          {
            bus: source.bus ?? 'default',
            matches: compilePattern(source.pattern),
            input: (event): RuleInput => ({ onqueueSource: name, event }),
          },
        ]
      : [],
  );
