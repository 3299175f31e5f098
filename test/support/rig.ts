/** deliver among real parts: SQS, DynamoDB, Secrets Manager and NetSapiens as stand-ins on loopback, a clock in hand. */
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { wireDeliver } from '../../lambda/deliver.ts';
import type { Deliver, DeliverConfiguration } from '../../lambda/deliver.ts';
import type { Rule } from '../../lambda/configuration.ts';
import { orderingKey } from '../../lambda/event.ts';
import type { QueuedEvent } from '../../lambda/event.ts';
import { createSend } from '../../lambda/http.ts';
import { clientConfig } from '../../local/aws/account.ts';
import { ledgerTable, startDynamoDb } from '../../local/aws/dynamodb.ts';
import { toRecord } from '../../local/aws/event-source-mapping.ts';
import { startSecretsManager } from '../../local/aws/secrets-manager.ts';
import { queueArn, startSqs } from '../../local/aws/sqs.ts';
import { startSimulator } from '../../local/netsapiens/simulator.ts';
import type { SimulatorOptions } from '../../local/netsapiens/simulator.ts';

export const TOKEN = 'nsd_test-token';

export const anEvent = (
  id: string,
  given: Partial<QueuedEvent> & { extension?: string } = {},
): QueuedEvent => {
  const { extension = '1000', ...rest } = given;
  return {
    specversion: '1.0',
    id,
    source: 'hr',
    type: 'employee.updated',
    subject: extension,
    time: '2026-11-23T12:00:00Z',
    datacontenttype: 'application/json',
    data: { person: { id: extension, extension, department: 'Support' }, payload: { extension } },
    ...rest,
  };
};

export const supportRule: Rule = {
  name: 'Support',
  from: ['hr'],
  when: "{% person.department = 'Support' %}",
  queues: ['3000'],
  agent: {
    'callqueue-agent-id': "{% person.extension & '@acme.example' %}",
    'callqueue-agent-availability-type': 'manual',
  },
};

export type Rig = Awaited<ReturnType<typeof startRig>>;

export const startRig = async (
  given: {
    rules?: Rule[];
    simulator?: Partial<SimulatorOptions>;
    configuration?: Partial<DeliverConfiguration>;
  } = {},
) => {
  const simulator = await startSimulator({
    domain: 'acme.example',
    queues: [
      { callqueue: '3000', description: 'Support' },
      { callqueue: '3001', description: 'Sales' },
    ],
    users: ['1000', '1001', '1002', '1003'].map((user) => ({ user })),
    token: TOKEN,
    ...given.simulator,
  });
  const sqs = await startSqs([
    { name: 'parked.fifo', deduplicationScope: 'messageGroup' },
    ...['events.fifo', 'waiting.fifo'].map((name) => ({
      name,
      deduplicationScope: 'messageGroup' as const,
      visibilityTimeoutSeconds: 720,
      redrive: { deadLetterQueue: 'parked.fifo', maxReceiveCount: 1000 },
    })),
  ]);
  const dynamodb = await startDynamoDb([ledgerTable('ledger')]);
  const secrets = await startSecretsManager(['token']);
  secrets.put('token', TOKEN);

  const clock = { now: Date.now(), remaining: 120_000, random: 0.5 };
  const lines: Record<string, unknown>[] = [];
  const wire = (): Deliver =>
    wireDeliver(
      {
        QUEUE_URL: sqs.queueUrl('events.fifo'),
        WAITING_QUEUE_URL: sqs.queueUrl('waiting.fifo'),
        DEAD_LETTER_QUEUE_URL: sqs.queueUrl('parked.fifo'),
        LEDGER_TABLE: 'ledger',
        TOKEN_SECRET_ARN: 'token',
        NETSAPIENS_ORIGIN: simulator.origin,
      },
      {
        netsapiens: { server: 'pbx.example.com', domain: 'acme.example' },
        rules: given.rules ?? [supportRule],
        limits: { parallelCalls: 40, callsPerSecond: 1000 },
        onTheDay: { timeZone: 'Europe/London' },
        ...given.configuration,
      },
      {
        aws: {
          sqs: clientConfig(sqs.origin),
          dynamodb: { ...clientConfig(dynamodb.origin), send: createSend() },
          secrets: { ...clientConfig(secrets.origin), send: createSend() },
        },
        now: () => clock.now,
        random: () => clock.random,
        sleep: () => Promise.resolve(),
        write: (line) => lines.push(JSON.parse(line)),
      },
    );
  const deliver = wire();
  const client = new SQSClient(clientConfig(sqs.origin));
  const database = new DynamoDBClient(clientConfig(dynamodb.origin));

  const receive = async (queue: string) => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: sqs.queueUrl(queue),
        MaxNumberOfMessages: 10,
        AttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages;
  };

  /** How often each message was handed over. */
  const received = new Map<string, number>();

  /** As Lambda would get them, sent by the clock in hand. */
  const records = async (queue: string): Promise<SQSRecord[]> =>
    (await receive(queue)).map((message) => {
      const record = toRecord(message, queueArn(queue));
      return { ...record, attributes: { ...record.attributes, SentTimestamp: String(clock.now) } };
    });

  return {
    simulator,
    secrets,
    dynamodb,
    clock,
    /** The log, parsed. */
    lines,
    /** Sends to the queue, takes what is there, as records that Lambda would get. */
    queued: async (...events: (QueuedEvent | string)[]): Promise<SQSRecord[]> => {
      for (const [index, event] of events.entries())
        await client.send(
          new SendMessageCommand({
            QueueUrl: sqs.queueUrl('events.fifo'),
            MessageBody: typeof event === 'string' ? event : JSON.stringify(event),
            MessageGroupId: typeof event === 'string' ? 'unreadable' : orderingKey(event),
            MessageDeduplicationId: `${clock.now}-${index}-${Math.random()}`,
          }),
        );
      return records('events.fifo');
    },
    /** Takes what is on the waiting queue and shows, as `queued` does. */
    waiting: () => records('waiting.fifo'),
    /** One batch, and what ended is deleted; held records given again are what SQS would deliver again. */
    deliver: async (batch: SQSRecord[], by: Deliver = deliver): Promise<SQSBatchResponse> => {
      const again = batch.map((record) => {
        const count = (received.get(record.messageId) ?? 0) + 1;
        received.set(record.messageId, count);
        return { ...record, attributes: { ...record.attributes, ApproximateReceiveCount: String(count) } };
      });
      const answer = await by({ Records: again }, { getRemainingTimeInMillis: () => clock.remaining });
      const held = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { messageId, receiptHandle, eventSourceARN } of batch)
        if (!held.has(messageId))
          await client
            .send(
              new DeleteMessageCommand({
                QueueUrl: sqs.queueUrl(eventSourceARN.split(':').at(-1) ?? ''),
                ReceiptHandle: receiptHandle,
              }),
            )
            // The handle of a record that was held before is spent; the one that SQS would give is not here.
            .catch(() => undefined);
      return answer;
    },
    /** Another container: nothing is shared but the queue and the ledger. */
    another: wire,
    /** Takes the parked messages off their queue. */
    parked: async () => {
      const QueueUrl = sqs.queueUrl('parked.fifo');
      const messages = await receive('parked.fifo');
      for (const { ReceiptHandle } of messages)
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      return messages.map(({ Body, MessageAttributes = {} }) => ({
        body: Body,
        ...Object.fromEntries(
          Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
        ),
      }));
    },
    journal: async () => {
      const { Items = [] } = await database.send(new ScanCommand({ TableName: 'ledger' }));
      return Items.filter((item) => item['entry']?.S?.startsWith('delivery#')).map((item) => ({
        id: item['id']?.S,
        attempts: Number(item['attempts']?.N),
        outcomes: (item['outcomes']?.L ?? []).map(({ M = {} }) =>
          Object.fromEntries(Object.entries(M).map(([name, { S }]) => [name, S])),
        ),
      }));
    },
    items: async () => (await database.send(new ScanCommand({ TableName: 'ledger' }))).Items ?? [],
    close: async () => {
      client.destroy();
      database.destroy();
      await Promise.allSettled([simulator.close(), sqs.close(), dynamodb.close(), secrets.close()]);
    },
  };
};
