import { runSimulation } from '@cloud-copilot/iam-simulate';
import { expect, test } from 'vitest';
import { ACCOUNT, arn, resource, resources } from './stack-under-test.ts';

const queue = arn(resource('AWS::SQS::Queue', 'EventsQueue'));
const waiting = arn(resource('AWS::SQS::Queue', 'EventsWaiting'));
const parked = arn(resource('AWS::SQS::Queue', 'EventsParked'));
const lost = arn(resource('AWS::SQS::Queue', 'LostEventsQueue'));
const table = arn(resource('AWS::DynamoDB::Table', 'LedgerTable'));
const keys = arn(resource('AWS::SecretsManager::Secret', 'SigningKeys'));
const token = arn(resource('AWS::SecretsManager::Secret', 'Token'));
const topic = arn(resource('AWS::SNS::Topic', 'AlarmsTopic'));
const key = arn(resource('AWS::KMS::Key', 'AlarmsKey'));
const logOf = (name: string): string =>
  arn(resource('AWS::Logs::LogGroup', `${name}Log`)).replace(/\*$/, 'log-stream:2026');

interface Request {
  readonly principal: string;
  readonly action: string;
  readonly on: string;
  readonly identity?: unknown;
  readonly resourcePolicy?: unknown;
  readonly context?: Record<string, string>;
}

const allowed = async ({
  principal,
  action,
  on,
  identity,
  resourcePolicy,
  context,
}: Request): Promise<boolean> => {
  const answer = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource: on, accountId: ACCOUNT },
        contextVariables: { 'aws:SecureTransport': 'true', ...context },
      },
      identityPolicies: identity === undefined ? [] : [{ name: 'Function', policy: identity }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy,
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
  return answer.overallResult === 'Allowed';
};

type FunctionId = 'Receive' | 'ReceiveEvent' | 'Deliver';

const policyOf = (name: FunctionId): unknown => {
  const { Policies, ManagedPolicyArns } = resource('AWS::IAM::Role', `${name}Role`).properties as {
    Policies: { PolicyDocument: unknown }[];
    ManagedPolicyArns?: unknown;
  };
  expect(Policies).toHaveLength(1);
  expect(ManagedPolicyArns).toBeUndefined();
  return Policies[0]?.PolicyDocument;
};

const may = (name: FunctionId, action: string, on: string): Promise<boolean> =>
  allowed({ principal: `arn:aws:iam::${ACCOUNT}:role/${name}`, action, on, identity: policyOf(name) });

test.each<[name: FunctionId, action: string, on: string]>([
  ['Receive', 'secretsmanager:GetSecretValue', keys],
  ['Receive', 'sqs:SendMessage', queue],
  ['Receive', 'logs:CreateLogStream', logOf('Receive')],
  ['Receive', 'logs:PutLogEvents', logOf('Receive')],
  ['ReceiveEvent', 'sqs:SendMessage', queue],
  ['ReceiveEvent', 'sqs:SendMessage', lost],
  ['ReceiveEvent', 'logs:PutLogEvents', logOf('ReceiveEvent')],
  ['Deliver', 'secretsmanager:GetSecretValue', token],
  ['Deliver', 'sqs:ReceiveMessage', queue],
  ['Deliver', 'sqs:DeleteMessage', queue],
  ['Deliver', 'sqs:ChangeMessageVisibility', queue],
  ['Deliver', 'sqs:GetQueueAttributes', queue],
  ['Deliver', 'sqs:ReceiveMessage', waiting],
  ['Deliver', 'sqs:DeleteMessage', waiting],
  ['Deliver', 'sqs:ChangeMessageVisibility', waiting],
  ['Deliver', 'sqs:GetQueueAttributes', waiting],
  ['Deliver', 'sqs:SendMessage', waiting],
  ['Deliver', 'sqs:SendMessage', parked],
  ['Deliver', 'dynamodb:GetItem', table],
  ['Deliver', 'dynamodb:PutItem', table],
  ['Deliver', 'dynamodb:UpdateItem', table],
  ['Deliver', 'dynamodb:BatchWriteItem', table],
  ['Deliver', 'logs:PutLogEvents', logOf('Deliver')],
])('%s may %s on %s', async (name, action, on) => {
  expect(await may(name, action, on)).toBe(true);
});

test.each<[name: FunctionId, action: string, on: string]>([
  ['Receive', 'secretsmanager:GetSecretValue', token],
  ['Receive', 'secretsmanager:PutSecretValue', keys],
  ['Receive', 'sqs:ReceiveMessage', queue],
  ['Receive', 'sqs:DeleteMessage', queue],
  ['Receive', 'sqs:SendMessage', waiting],
  ['Receive', 'sqs:SendMessage', parked],
  ['Receive', 'dynamodb:GetItem', table],
  ['Receive', 'dynamodb:PutItem', table],
  ['Receive', 'dynamodb:BatchWriteItem', table],
  ['Receive', 'logs:PutLogEvents', logOf('Deliver')],
  ['ReceiveEvent', 'secretsmanager:GetSecretValue', keys],
  ['ReceiveEvent', 'secretsmanager:GetSecretValue', token],
  ['ReceiveEvent', 'sqs:ReceiveMessage', queue],
  ['ReceiveEvent', 'sqs:SendMessage', parked],
  ['ReceiveEvent', 'sqs:ReceiveMessage', lost],
  ['ReceiveEvent', 'dynamodb:PutItem', table],
  ['Deliver', 'secretsmanager:GetSecretValue', keys],
  ['Deliver', 'secretsmanager:PutSecretValue', token],
  ['Deliver', 'sqs:SendMessage', queue],
  ['Deliver', 'sqs:ReceiveMessage', parked],
  ['Deliver', 'sqs:PurgeQueue', queue],
  ['Deliver', 'dynamodb:Scan', table],
  ['Deliver', 'dynamodb:DeleteItem', table],
  ['Deliver', 'dynamodb:DeleteTable', table],
])('%s may not %s on %s', async (name, action, on) => {
  expect(await may(name, action, on)).toBe(false);
});

test('no function is granted anything by a policy outside its role', () => {
  expect(resources.filter(({ type }) => /^AWS::IAM::(Policy|ManagedPolicy)$/.test(type))).toEqual([]);
});

/** The policy of the resource (queue, topic, key) with this logical id. */
const resourcePolicy = (type: string, name: string): unknown => {
  const { PolicyDocument, KeyPolicy } = resource(type, name).properties;
  return PolicyDocument ?? KeyPolicy;
};

const cloudwatch = 'cloudwatch.amazonaws.com';
const eventbridge = 'events.amazonaws.com';
const rule = arn(resource('AWS::Events::Rule', 'Rulesdefaultbus'));

test.each<[title: string, request: Request, expected: boolean]>([
  [
    'an alarm of this account reaches the topic',
    {
      principal: cloudwatch,
      action: 'sns:Publish',
      on: topic,
      resourcePolicy: resourcePolicy('AWS::SNS::TopicPolicy', 'AlarmsTopicPolicy'),
      context: { 'aws:SourceAccount': ACCOUNT },
    },
    true,
  ],
  [
    'an alarm of another account does not',
    {
      principal: cloudwatch,
      action: 'sns:Publish',
      on: topic,
      resourcePolicy: resourcePolicy('AWS::SNS::TopicPolicy', 'AlarmsTopicPolicy'),
      context: { 'aws:SourceAccount': '999988887777' },
    },
    false,
  ],
  [
    'CloudWatch may use the key of the topic',
    {
      principal: cloudwatch,
      action: 'kms:GenerateDataKey',
      on: key,
      resourcePolicy: resourcePolicy('AWS::KMS::Key', 'AlarmsKey'),
    },
    true,
  ],
  [
    'a rule of ours may lay down lost events',
    {
      principal: eventbridge,
      action: 'sqs:SendMessage',
      on: lost,
      resourcePolicy: resourcePolicy('AWS::SQS::QueuePolicy', 'LostEventsQueuePolicy'),
      context: { 'aws:SourceArn': rule },
    },
    true,
  ],
  [
    'another rule may not',
    {
      principal: eventbridge,
      action: 'sqs:SendMessage',
      on: lost,
      resourcePolicy: resourcePolicy('AWS::SQS::QueuePolicy', 'LostEventsQueuePolicy'),
      context: { 'aws:SourceArn': `${rule}2` },
    },
    false,
  ],
  [
    'the queue takes nothing without TLS',
    {
      principal: `arn:aws:iam::${ACCOUNT}:role/Receive`,
      action: 'sqs:SendMessage',
      on: queue,
      identity: policyOf('Receive'),
      resourcePolicy: resourcePolicy('AWS::SQS::QueuePolicy', 'EventsQueuePolicy'),
      context: { 'aws:SecureTransport': 'false' },
    },
    false,
  ],
  [
    'the queue takes it with TLS',
    {
      principal: `arn:aws:iam::${ACCOUNT}:role/Receive`,
      action: 'sqs:SendMessage',
      on: queue,
      identity: policyOf('Receive'),
      resourcePolicy: resourcePolicy('AWS::SQS::QueuePolicy', 'EventsQueuePolicy'),
    },
    true,
  ],
  [
    'the parked events take it with TLS',
    {
      principal: `arn:aws:iam::${ACCOUNT}:role/Deliver`,
      action: 'sqs:SendMessage',
      on: parked,
      identity: policyOf('Deliver'),
      resourcePolicy: resourcePolicy('AWS::SQS::QueuePolicy', 'EventsParkedPolicy'),
    },
    true,
  ],
])('%s', async (_title, request, expected) => {
  expect(await allowed(request)).toBe(expected);
});
