/** Two real queues as the stack has them, and a person at a terminal that remembers what it showed. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Message } from '@aws-sdk/client-sqs';
import { createDeliveryQueue } from '../../../lambda/aws/queue.ts';
import type { Parking } from '../../../lambda/aws/queue.ts';
import { clientConfig } from '../../../local/aws/account.ts';
import { startSqs } from '../../../local/aws/sqs.ts';
import { perform } from '../../../local/parked/commands.ts';
import type { Desk } from '../../../local/parked/commands.ts';
import type { Command } from '../../../local/parked/flags.ts';
import { LIMITS } from '../../../local/parked/hand.ts';
import { openParkedQueue } from '../../../local/parked/queue.ts';

const MAIN = 'events.fifo';
const PARKED = 'parked.fifo';
const OTHER = 'other.fifo';

const PARKING: Parking = {
  reason: 'there is no user 1009',
  code: 'not-found',
  owner: 'event',
  attempts: 3,
  firstReceivedAt: '2026-11-20T08:00:00.000Z',
  parkedAt: '2026-11-21T09:30:00.000Z',
};

export const eventOf = (id: string, subject = id) =>
  JSON.stringify({
    specversion: '1.0',
    id,
    source: 'bamboohr',
    type: 'employee.hired',
    subject,
    time: '2026-11-20T08:00:00Z',
    datacontenttype: 'application/json',
    data: { person: { extension: '1009' }, payload: { id } },
  });

export type Rig = Awaited<ReturnType<typeof startRig>>;

export const startRig = async () => {
  const sqs = await startSqs([
    { name: PARKED, deduplicationScope: 'messageGroup' },
    { name: OTHER, deduplicationScope: 'messageGroup' },
    {
      name: MAIN,
      deduplicationScope: 'messageGroup',
      visibilityTimeoutSeconds: 720,
      redrive: { deadLetterQueue: PARKED, maxReceiveCount: 1 },
    },
  ]);
  const settings = clientConfig(sqs.origin);
  const client = new SQSClient(settings);
  const queue = sqs.queueUrl(MAIN);
  const deadLetterQueue = sqs.queueUrl(PARKED);
  const delivery = createDeliveryQueue({ queue, waitingQueue: queue, deadLetterQueue }, settings);
  let messages = 0;

  const receive = async (url: string): Promise<Message[]> => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages;
  };
  const bodies = (received: readonly Message[]) => received.map(({ Body }) => Body);

  return {
    sqs,
    settings,
    client,
    queue,
    deadLetterQueue,
    otherQueue: sqs.queueUrl(OTHER),
    /** As `deliver` parks. */
    park: (body: string, group: string, parking: Partial<Parking> = {}, messageId = `m-${messages++}`) =>
      delivery.park(
        { messageId, receiptHandle: '', body, group, queue: '' },
        { ...PARKING, ...parking },
        'all',
      ),
    /** As SQS itself moves a message whose function died each time. */
    moveBySqs: async (body: string) => {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queue,
          MessageBody: body,
          MessageGroupId: 'dies',
          MessageDeduplicationId: `d-${messages++}`,
        }),
      );
      const [message] = await receive(queue);
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queue,
          ReceiptHandle: message?.ReceiptHandle,
          VisibilityTimeout: 0,
        }),
      );
      await receive(queue);
    },
    remove: async (received: readonly Message[]) => {
      for (const { ReceiptHandle } of received)
        await client.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }));
    },
    receiveMain: () => receive(queue),
    onMain: async () => bodies(await receive(queue)),
    /** What is parked and visible; it stays hidden from then on. */
    stillParked: async () => bodies(await receive(deadLetterQueue)),
    counts: async (url: string) => {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: url,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return {
        visible: Number(Attributes.ApproximateNumberOfMessages),
        hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
      };
    },
    run: async (command: Command, given: Partial<Desk> & { client?: SQSClient; columns?: number } = {}) => {
      const printed: string[] = [];
      const notes: string[] = [];
      const failure: unknown = await perform(command, {
        queue: await openParkedQueue(given.client ?? client, deadLetterQueue, 0),
        terminal: {
          print: (text) => {
            printed.push(text);
            return Promise.resolve();
          },
          note: (text) => notes.push(text),
          columns: given.columns,
        },
        signal: new AbortController().signal,
        limits: LIMITS,
        ...given,
      }).then(
        () => undefined,
        (error: unknown) => error,
      );
      return { printed: printed.join('\n'), notes: notes.join('\n'), failure };
    },
    /** Of what is parked. */
    ids: async () => {
      const received = await receive(deadLetterQueue);
      for (const { ReceiptHandle } of received)
        await client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: deadLetterQueue,
            ReceiptHandle,
            VisibilityTimeout: 0,
          }),
        );
      return received.map(({ MessageId = '' }) => MessageId);
    },
    close: async () => {
      client.destroy();
      await sqs.close();
    },
  };
};
