import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RuleInput } from '../lambda/names.ts';
import { createSend } from '../lambda/http.ts';
import { wireReceiveEvent } from '../lambda/receive-event.ts';
import { clientConfig } from '../local/aws/account.ts';
import { startSqs } from '../local/aws/sqs.ts';
import type { Sqs } from '../local/aws/sqs.ts';

let sqs: Sqs;
let lines: string[];
beforeEach(async () => {
  sqs = await startSqs([{ name: 'events.fifo', deduplicationScope: 'messageGroup' }]);
  lines = [];
});
afterEach(() => sqs.close().catch(() => undefined));

const receiveEvent = (input: RuleInput) =>
  wireReceiveEvent(
    { QUEUE_URL: sqs.queueUrl('events.fifo') },
    {
      sources: {
        'hr-bus': { type: 'eventbridge', pattern: { source: ['acme.hr'] } },
        web: { type: 'http', auth: { bearer: {} } },
      },
    },
    {
      aws: { sqs: { ...clientConfig(sqs.origin), send: createSend() } },
      now: () => 0,
      write: (line) => lines.push(line),
    },
  )(input);

const envelope = {
  version: '0',
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  'detail-type': 'Employee Hired',
  source: 'acme.hr',
  account: '123456789012',
  time: '2026-11-23T12:00:00Z',
  region: 'eu-west-1',
  resources: [],
  detail: { person: { id: '77', email: 'canary@acme.example', department: 'Support' } },
};

const queued = async (): Promise<unknown[]> => {
  const client = new SQSClient(clientConfig(sqs.origin));
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: sqs.queueUrl('events.fifo'), MaxNumberOfMessages: 10 }),
  );
  client.destroy();
  return Messages.map(({ Body = '' }): unknown => JSON.parse(Body));
};

test("an event of a rule is on the queue, under the source's name and with the bus's id", async () => {
  await receiveEvent({ onqueueSource: 'hr-bus', event: envelope });
  expect(await queued()).toEqual([
    {
      specversion: '1.0',
      id: '7bf73129-1428-4cd3-a780-95db273d1602',
      source: 'hr-bus',
      type: 'Employee Hired',
      subject: '77',
      time: '2026-11-23T12:00:00Z',
      datacontenttype: 'application/json',
      data: {
        person: { id: '77', email: 'canary@acme.example', department: 'Support' },
        payload: { person: { id: '77', email: 'canary@acme.example', department: 'Support' } },
      },
    },
  ]);
  expect(lines.join()).not.toContain('canary');
});

test('handed over twice, as Lambda may, it is on the queue once', async () => {
  await receiveEvent({ onqueueSource: 'hr-bus', event: envelope });
  await receiveEvent({ onqueueSource: 'hr-bus', event: envelope });
  expect(await queued()).toHaveLength(1);
});

test.each([
  ['a source that is not configured', { onqueueSource: 'nobody', event: envelope }],
  ['a name of every object', { onqueueSource: 'constructor', event: envelope }],
  ['a webhook', { onqueueSource: 'web', event: envelope }],
])('%s throws, so that Lambda keeps the event', async (_, input) => {
  await expect(receiveEvent(input)).rejects.toThrow('a source that is not configured');
});

test('a queue out of reach throws, so that Lambda tries again', async () => {
  await sqs.close();
  await expect(receiveEvent({ onqueueSource: 'hr-bus', event: envelope })).rejects.toThrow(
    'SQS did not take the batch',
  );
});
