import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientConfig } from '../../../local/aws/account.ts';
import { createEventBus } from '../../../local/aws/event-bus.ts';
import type { EventBus } from '../../../local/aws/event-bus.ts';
import { compilePattern } from '../../../local/aws/event-pattern.ts';
import { answerOperation, targetOf } from '../../../local/aws/json-protocol.ts';
import { readBody, serve } from '../../../local/aws/server.ts';
import type { Serving } from '../../../local/aws/server.ts';

let bus: EventBus;
let server: Serving;
let client: EventBridgeClient;
let inputs: unknown[];
let lost: unknown[];
let failures: number;

beforeEach(async () => {
  inputs = [];
  lost = [];
  failures = 0;
  bus = createEventBus({
    rules: [
      {
        bus: 'default',
        matches: compilePattern({ source: ['acme.hr'] }),
        input: (event) => ({ rule: 'hr', event }),
      },
      {
        bus: 'arn:aws:events:us-east-1:000000000000:event-bus/people',
        matches: compilePattern({ detail: { name: [{ exists: true }] } }),
        input: (event) => ({ rule: 'people', event }),
      },
    ],
    invoke: (input) => {
      inputs.push(input);
      return failures-- > 0 ? Promise.reject(new Error('not now')) : Promise.resolve();
    },
    retryDelays: [0, 0],
    lost: (error) => lost.push(error),
  });
  server = await serve(async (request, response) => {
    answerOperation(bus.operations, targetOf(request), await readBody(request), response);
  });
  client = new EventBridgeClient({ ...clientConfig(server.origin), maxAttempts: 1 });
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

const put = async (...entries: PutEventsRequestEntry[]) => {
  const answer = await client.send(new PutEventsCommand({ Entries: entries }));
  await bus.close();
  return answer;
};
const hired = { Source: 'acme.hr', DetailType: 'Employee Hired', Detail: '{"name":"Jane"}' };

test('an event reaches the function in its envelope', async () => {
  const { FailedEntryCount: failed, Entries: entries = [] } = await put({
    ...hired,
    Time: new Date('2026-11-23T08:00:00.700Z'),
    Resources: ['arn:1'],
  });
  expect(failed).toBe(0);
  expect(inputs).toEqual([
    {
      rule: 'hr',
      event: {
        version: '0',
        id: entries[0]?.EventId,
        'detail-type': 'Employee Hired',
        source: 'acme.hr',
        account: '000000000000',
        time: '2026-11-23T08:00:00Z',
        region: 'us-east-1',
        resources: ['arn:1'],
        detail: { name: 'Jane' },
      },
    },
  ]);
});

test.each([
  ['default', 'acme.hr', ['hr']],
  ['people', 'acme.hr', ['people']],
  ['people', 'acme.crm', ['people']],
  ['arn:aws:events:us-east-1:000000000000:event-bus/people', 'acme.crm', ['people']],
  ['default', 'acme.crm', []],
  ['another', 'acme.hr', []],
])('on the bus %s from %s: rules %j', async (EventBusName, Source, rules) => {
  await put({ ...hired, EventBusName, Source });
  expect(inputs.map((input) => Object(input).rule as unknown)).toEqual(rules);
});

describe('an entry that EventBridge does not take is named, and the others are taken', () => {
  test.each<[PutEventsRequestEntry, string, string]>([
    [{ ...hired, Source: '' }, 'InvalidArgument', 'Source is a required argument'],
    [{ Source: 'acme.hr', Detail: '{}' }, 'InvalidArgument', 'DetailType is a required argument'],
    [{ Source: 'acme.hr', DetailType: 'x' }, 'InvalidArgument', 'Detail is a required argument'],
    [{ ...hired, Detail: '{"name":' }, 'MalformedDetail', 'Detail is malformed.'],
    [{ ...hired, Detail: '["Jane"]' }, 'MalformedDetail', 'Detail is malformed.'],
    [{ ...hired, Detail: 'null' }, 'MalformedDetail', 'Detail is malformed.'],
    [{ ...hired, Source: 'aws.ec2' }, 'NotAuthorizedForSourceException', 'Not authorized'],
  ])('%j: %s', async (entry, code, message) => {
    const { FailedEntryCount: failed, Entries: entries = [] } = await put(entry, hired);
    expect(failed).toBe(1);
    expect(entries).toEqual([
      { ErrorCode: code, ErrorMessage: expect.stringContaining(message) as unknown },
      { EventId: expect.any(String) as unknown },
    ]);
    expect(inputs).toHaveLength(1);
  });
});

test.each([0, 11])('%i entries are refused as a whole', async (count) => {
  await expect(put(...Array.from({ length: count }, () => hired))).rejects.toMatchObject({
    name: 'ValidationException',
    $metadata: { httpStatusCode: 400 },
  });
  expect(inputs).toEqual([]);
});

test.each([
  { fails: 2, invocations: 3, isLost: false },
  { fails: 3, invocations: 3, isLost: true },
])(
  'a function that fails $fails times is invoked $invocations times',
  async ({ fails, invocations, isLost }) => {
    failures = fails;
    await client.send(new PutEventsCommand({ Entries: [hired] }));
    await expect.poll(() => inputs.length).toBe(invocations);
    await bus.close();
    expect(lost.length === 1).toBe(isLost);
  },
);

test.each(['', '{', '[]', '{"Entries":{}}', '{"Entries":[1]}', '{"Entries":[{"Time":1e300}]}'])(
  'answers 400 to %j',
  async (body) => {
    const { status } = await fetch(server.origin, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSEvents.PutEvents' },
      body,
    });
    expect(status).toBe(400);
  },
);
