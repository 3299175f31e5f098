/** The whole chain with a clock moved by hand: functions that can be killed, the stand-ins, the simulator. */
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Message } from '@aws-sdk/client-sqs';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
  SQSBatchResponse,
  SQSEvent,
  SQSRecord,
} from 'aws-lambda';
import { createKeys } from '../../lambda/aws/keys.ts';
import { createLedger } from '../../lambda/aws/ledger.ts';
import { createLog } from '../../lambda/aws/log.ts';
import { createDeliveryQueue, createEventQueue } from '../../lambda/aws/queue.ts';
import { requestHandler } from '../../lambda/aws/request-handler.ts';
import { createSecret } from '../../lambda/aws/secrets.ts';
import type { Configuration } from '../../lambda/configuration.ts';
import { createDeliver } from '../../lambda/deliver.ts';
import type { Deliver, DeliverParts } from '../../lambda/deliver.ts';
import type { RuleInput } from '../../lambda/names.ts';
import { createCallqueues } from '../../lambda/netsapiens/callqueues.ts';
import { createNetSapiens } from '../../lambda/netsapiens/client.ts';
import { createDirectory } from '../../lambda/netsapiens/directory.ts';
import { createSend } from '../../lambda/http.ts';
import type { Send } from '../../lambda/http.ts';
import { createReceiveEvent } from '../../lambda/receive-event.ts';
import { createReceive } from '../../lambda/receive.ts';
import type { Receive, ReceiveParts } from '../../lambda/receive.ts';
import { createRules } from '../../lambda/rules/rule.ts';
import { clientConfig } from '../aws/account.ts';
import { ledgerTable, startDynamoDb } from '../aws/dynamodb.ts';
import { toRecord } from '../aws/event-source-mapping.ts';
import { startSecretsManager } from '../aws/secrets-manager.ts';
import { queueArn, startSqs } from '../aws/sqs.ts';
import { startSimulator } from '../netsapiens/simulator.ts';
import type { SimulatorOptions } from '../netsapiens/simulator.ts';
import { readOutcomes } from '../outcomes.ts';
import { createActivity } from './activity.ts';
import type { Clock } from './clock.ts';
import { awsThrough, DIRECT, startContainer } from './container.ts';
import type { Container, Hop } from './container.ts';

/** The functions as they are made of their parts: the true ones, or broken ones that have to be caught. */
export interface System {
  readonly receive: (parts: ReceiveParts) => Receive;
  readonly deliver: (parts: DeliverParts) => Deliver;
}

export const TRUE_SYSTEM: System = { receive: createReceive, deliver: createDeliver };

export interface WorldOptions {
  readonly configuration: Pick<Configuration, 'sources' | 'netsapiens' | 'rules'>;
  readonly keys: Readonly<Record<string, string>>;
  readonly simulator: SimulatorOptions;
  readonly clock: Clock;
  /** 0 <= n < 1 */
  readonly random: () => number;
  /** Takes each line of the functions' logs. */
  readonly write: (line: string) => void;
  readonly system?: System;
}

export type Receiver = Container<[APIGatewayProxyEventV2], APIGatewayProxyStructuredResultV2>;
export type EventReceiver = Container<[RuleInput], void>;
export type Deliverer = Container<[SQSEvent, Pick<Context, 'getRemainingTimeInMillis'>], SQSBatchResponse>;
export type World = Awaited<ReturnType<typeof startWorld>>;

const QUEUE = 'events.fifo';
const WAITING = 'waiting.fifo';
const PARKED = 'parked.fifo';
const TABLE = 'ledger';
const BATCH_SIZE = 10;
/** As the stack has it. */
const VISIBILITY_TIMEOUT_SECONDS = 720;
/** Real time decides nothing here: a slow server is slow by the clock moved by hand. */
const NEVER_MS = 10 * 60_000;

export const startWorld = async ({
  configuration,
  keys,
  simulator: options,
  clock,
  random,
  write,
  system = TRUE_SYSTEM,
}: WorldOptions) => {
  const { now } = clock;
  const activity = createActivity();
  const [sqs, dynamodb, secrets, simulator] = await Promise.all([
    startSqs(
      [
        { name: PARKED, deduplicationScope: 'messageGroup' },
        ...[QUEUE, WAITING].map((name) => ({
          name,
          deduplicationScope: 'messageGroup' as const,
          visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
          redrive: { deadLetterQueue: PARKED, maxReceiveCount: 1_000 },
        })),
      ],
      now,
    ),
    startDynamoDb([ledgerTable(TABLE)]),
    startSecretsManager(['keys', 'token']),
    startSimulator(options),
  ]);
  secrets.put('keys', JSON.stringify(keys));
  secrets.put('token', options.token);

  const wire = createSend(NEVER_MS);
  const open: Send = (exchange) => activity.track(wire(exchange));
  const log = createLog(write, now);
  const secretOf = (name: string, send: Send) => createSecret(name, now, awsThrough(secrets.origin, send));
  const eventQueue = (send: Send) => createEventQueue(sqs.queueUrl(QUEUE), awsThrough(sqs.origin, send));

  const receiver = (hop: Hop = DIRECT): Receiver =>
    startContainer(
      (send) =>
        system.receive({
          sources: configuration.sources,
          keys: createKeys(secretOf('keys', send)),
          queue: eventQueue(send),
          log,
          now,
        }),
      hop,
      open,
    );

  const eventReceiver = (hop: Hop = DIRECT): EventReceiver =>
    startContainer(
      (send) => createReceiveEvent({ sources: configuration.sources, queue: eventQueue(send), log, now }),
      hop,
      open,
    );

  const deliverer = (hop: Hop = DIRECT): Deliverer =>
    startContainer(
      (send) => {
        const { domain } = configuration.netsapiens;
        const token = secretOf('token', send);
        const netsapiens = createNetSapiens({ origin: simulator.origin, domain, token, send, now });
        return system.deliver({
          rules: createRules(configuration),
          netsapiens,
          callqueues: createCallqueues({ netsapiens, now }),
          directory: createDirectory({ netsapiens, domain, now }),
          ledger: createLedger(TABLE, now, awsThrough(dynamodb.origin, send)),
          queue: createDeliveryQueue(
            {
              queue: sqs.queueUrl(QUEUE),
              waitingQueue: sqs.queueUrl(WAITING),
              deadLetterQueue: sqs.queueUrl(PARKED),
            },
            awsThrough(sqs.origin, send),
          ),
          log,
          now,
          random,
        });
      },
      hop,
      open,
    );

  const client = new SQSClient({ ...clientConfig(sqs.origin), requestHandler: requestHandler(open) });
  const take = async (queue: string): Promise<Message[]> => {
    const { Messages: messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: sqs.queueUrl(queue),
        MaxNumberOfMessages: BATCH_SIZE,
        WaitTimeSeconds: 0,
        AttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return messages;
  };
  const remove = async (queue: string, handles: readonly string[]): Promise<void> => {
    if (handles.length === 0) return;
    await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: sqs.queueUrl(queue),
        Entries: handles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    );
  };

  return {
    clock,
    simulator,
    secrets,
    activity,
    /** Calls that no container makes. */
    open,
    receiver,
    eventReceiver,
    deliverer,
    /** When a message can next be taken, milliseconds since 1970. */
    nextAt: (): number | undefined => {
      const times = [QUEUE, WAITING].flatMap((queue) => sqs.nextAt(queue) ?? []);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    /** One batch of one queue, as Lambda would hand it over. */
    take: async (): Promise<SQSRecord[]> => {
      for (const queue of [QUEUE, WAITING]) {
        const messages = await take(queue);
        if (messages.length > 0) return messages.map((message) => toRecord(message, queueArn(queue)));
      }
      return [];
    },
    remove: async (records: readonly SQSRecord[]): Promise<void> => {
      for (const queue of [QUEUE, WAITING])
        await remove(
          queue,
          records
            .filter(({ eventSourceARN }) => eventSourceARN === queueArn(queue))
            .map(({ receiptHandle }) => receiptHandle),
        );
    },
    /** The journal, a line for each outcome of each delivery. */
    outcomes: () => readOutcomes(TABLE, clientConfig(dynamodb.origin)),
    /** Messages on the queues, hidden ones too. */
    left: async (): Promise<number> => {
      const counts = [QUEUE, WAITING].map(async (queue) => {
        const { Attributes: attributes = {} } = await client.send(
          new GetQueueAttributesCommand({ QueueUrl: sqs.queueUrl(queue), AttributeNames: ['All'] }),
        );
        return (
          Number(attributes['ApproximateNumberOfMessages']) +
          Number(attributes['ApproximateNumberOfMessagesNotVisible'])
        );
      });
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
    /** Takes the parked messages off their queue. */
    parked: async (): Promise<ParkedMessage[]> => {
      const parked: ParkedMessage[] = [];
      for (;;) {
        const messages = await take(PARKED);
        if (messages.length === 0) return parked;
        parked.push(...messages.map(parkedOf));
        await remove(
          PARKED,
          messages.map(({ ReceiptHandle: handle = '' }) => handle),
        );
      }
    },
    close: async () => {
      client.destroy();
      await Promise.all([simulator.close(), sqs.close(), dynamodb.close(), secrets.close()]);
    },
  };
};

export interface ParkedMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const parkedOf = ({ Body: body = '', MessageAttributes: attributes = {} }: Message): ParkedMessage => ({
  body,
  attributes: Object.fromEntries(
    Object.entries(attributes).map(([name, { StringValue: value = '' }]) => [name, value]),
  ),
});
