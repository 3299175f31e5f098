import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { METRICS } from '../../lambda/names.ts';
import { arn, resource, resources } from './stack-under-test.ts';

const runbook = readFileSync(new URL('../../infra/RUNBOOK.md', import.meta.url), 'utf8');
const alarms = resources
  .filter(({ type }) => type === 'AWS::CloudWatch::Alarm')
  .map(({ properties }) => ({ properties, description: String(properties['AlarmDescription']) }));

/** As GitHub makes an anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');

const paragraphs = runbook.split(/^## /m).slice(1);

test('every alarm names its own paragraph of the runbook, and every such paragraph an alarm', () => {
  const linked = alarms.map(
    ({ description }) => / What to do: infra\/RUNBOOK\.md#([\w-]+)$/.exec(description)?.[1],
  );
  const headings = paragraphs
    .map((paragraph) => paragraph.split('\n')[0] ?? '')
    .filter((heading) => heading.startsWith('Alarm: '));
  expect(linked.toSorted()).toEqual(headings.map(anchorOf).toSorted());
  expect(new Set(linked).size).toBe(16);
});

test('every paragraph on an alarm says what it means, what is at stake, where to look and what to do', () => {
  for (const paragraph of paragraphs.filter((one) => one.startsWith('Alarm: ')))
    for (const part of ['**Means.**', '**Impact.**', '**Look.**', '**Do.**'])
      expect(paragraph).toContain(part);
});

test('every alarm states its impact, tells one topic, and takes silence for peace', () => {
  for (const { properties, description } of alarms) {
    expect(description.length).toBeGreaterThan(80);
    expect(properties).toMatchObject({
      TreatMissingData: 'notBreaching',
      AlarmActions: [arn(resource('AWS::SNS::Topic', 'AlarmsTopic'))],
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      DatapointsToAlarm: 1,
      Period: 300,
    });
  }
});

const functionNamed = (name: string) => [
  { Name: 'FunctionName', Value: resource('AWS::Lambda::Function', name).id },
];
const queueNamed = (name: string) => [{ Name: 'QueueName', Value: resource('AWS::SQS::Queue', name).id }];

test.each([
  [
    'parked-events',
    {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Statistic: 'Maximum',
      Threshold: 1,
      Dimensions: queueNamed('EventsParked'),
    },
  ],
  [
    'lost-events',
    {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Statistic: 'Maximum',
      Threshold: 1,
      Dimensions: queueNamed('LostEventsQueue'),
    },
  ],
  [
    'oldest-event',
    {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Statistic: 'Maximum',
      Threshold: 3600,
      Dimensions: queueNamed('EventsQueue'),
    },
  ],
  [
    'credential-refused',
    {
      Namespace: METRICS.namespace,
      MetricName: METRICS.credentialRefused,
      EvaluationPeriods: 12,
      Statistic: 'Sum',
      Threshold: 1,
      Dimensions: [],
    },
  ],
  [
    'signing-keys-unusable',
    {
      Namespace: METRICS.namespace,
      MetricName: METRICS.keysUnusable,
      EvaluationPeriods: 12,
      Statistic: 'Sum',
      Threshold: 1,
      Dimensions: [],
    },
  ],
  [
    'api-server-errors',
    {
      Namespace: 'AWS/ApiGateway',
      MetricName: '5xx',
      EvaluationPeriods: 12,
      Statistic: 'Sum',
      Threshold: 1,
    },
  ],
  [
    'newly-parked',
    {
      Namespace: 'AWS/SQS',
      MetricName: 'NumberOfMessagesSent',
      EvaluationPeriods: 1,
      Statistic: 'Sum',
      Threshold: 1,
      Dimensions: queueNamed('EventsParked'),
    },
  ],
  [
    'newly-lost',
    {
      Namespace: 'AWS/SQS',
      MetricName: 'NumberOfMessagesSent',
      EvaluationPeriods: 1,
      Statistic: 'Sum',
      Threshold: 1,
      Dimensions: queueNamed('LostEventsQueue'),
    },
  ],
  [
    'not-even-lost',
    {
      Namespace: 'AWS/Lambda',
      MetricName: 'DestinationDeliveryFailures',
      Statistic: 'Sum',
      Threshold: 1,
      Dimensions: functionNamed('ReceiveEvent'),
    },
  ],
  [
    'overdue-event',
    {
      Namespace: METRICS.namespace,
      MetricName: METRICS.overdue,
      EvaluationPeriods: 48,
      Statistic: 'Sum',
      Threshold: 1,
      Dimensions: [],
    },
  ],
  [
    'receive-errors',
    {
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Threshold: 1,
      Dimensions: functionNamed('Receive'),
    },
  ],
  [
    'receive-throttles',
    {
      Namespace: 'AWS/Lambda',
      MetricName: 'Throttles',
      Statistic: 'Sum',
      Threshold: 1,
      Dimensions: functionNamed('Receive'),
    },
  ],
  [
    'receive-event-errors',
    {
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Threshold: 1,
      Dimensions: functionNamed('ReceiveEvent'),
    },
  ],
  [
    'receive-event-throttles',
    {
      Namespace: 'AWS/Lambda',
      MetricName: 'Throttles',
      Statistic: 'Sum',
      Threshold: 1,
      Dimensions: functionNamed('ReceiveEvent'),
    },
  ],
  [
    'deliver-errors',
    {
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Threshold: 1,
      Dimensions: functionNamed('Deliver'),
    },
  ],
  [
    'deliver-throttles',
    {
      Namespace: 'AWS/Lambda',
      MetricName: 'Throttles',
      Statistic: 'Sum',
      Threshold: 1,
      Dimensions: functionNamed('Deliver'),
    },
  ],
])('the alarm %s watches what it says', (name, expected) => {
  const alarm = alarms.find(({ description }) => description.endsWith(`#alarm-${name}`));
  expect({ Dimensions: [], ...alarm?.properties }).toMatchObject(expected);
});
