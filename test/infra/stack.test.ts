import { expect, test } from 'vitest';
import { ENVIRONMENT } from '../../lambda/names.ts';
import { arn, outputs, resource, resources } from './stack-under-test.ts';
import type { Resource } from './stack-under-test.ts';

const receive = resource('AWS::Lambda::Function', 'Receive');
const receiveEvent = resource('AWS::Lambda::Function', 'ReceiveEvent');
const deliver = resource('AWS::Lambda::Function', 'Deliver');
const queue = resource('AWS::SQS::Queue', 'EventsQueue');
const waiting = resource('AWS::SQS::Queue', 'EventsWaiting');
const parked = resource('AWS::SQS::Queue', 'EventsParked');
const lost = resource('AWS::SQS::Queue', 'LostEventsQueue');
const table = resource('AWS::DynamoDB::Table', 'LedgerTable');
const keys = resource('AWS::SecretsManager::Secret', 'SigningKeys');
const token = resource('AWS::SecretsManager::Secret', 'Token');

const every = (type: string): readonly Resource[] => {
  const found = resources.filter((one) => one.type === type);
  expect(found).not.toEqual([]);
  return found;
};
const only = (type: string): Resource => {
  const [found, ...others] = every(type);
  expect(others).toEqual([]);
  if (!found) throw new Error(`no ${type}`);
  return found;
};
const urlOf = ({ id }: Resource): string => `https://sqs.eu-central-1.amazonaws.com/111122223333/${id}`;

const FUNCTION = {
  Runtime: 'nodejs24.x',
  Architectures: ['arm64'],
  Handler: 'index.handler',
  MemorySize: 512,
};
const FIFO = {
  FifoQueue: true,
  DeduplicationScope: 'messageGroup',
  FifoThroughputLimit: 'perMessageGroupId',
  MaximumMessageSize: 1_048_576,
  MessageRetentionPeriod: 1_209_600,
  SqsManagedSseEnabled: true,
};

test.each<[title: string, subject: Resource, expected: object]>([
  ['receive', receive, { ...FUNCTION, Timeout: 10 }],
  ['receive-event', receiveEvent, { ...FUNCTION, Timeout: 30 }],
  ['deliver', deliver, { ...FUNCTION, Timeout: 120 }],
  ['the logs of receive', resource('AWS::Logs::LogGroup', 'ReceiveLog'), { RetentionInDays: 30 }],
  ['the logs of receive-event', resource('AWS::Logs::LogGroup', 'ReceiveEventLog'), { RetentionInDays: 30 }],
  ['the logs of deliver', resource('AWS::Logs::LogGroup', 'DeliverLog'), { RetentionInDays: 90 }],
  ...(
    [
      ['the queue', queue, parked],
      ['the waiting queue', waiting, queue],
    ] as const
  ).map(([title, read, behind]): [string, Resource, object] => [
    title,
    read,
    {
      ...FIFO,
      VisibilityTimeout: 720,
      RedrivePolicy: { deadLetterTargetArn: arn(behind), maxReceiveCount: 1000 },
    },
  ]),
  ['the dead-letter queue', parked, FIFO],
  ['the lost events', lost, { MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true }],
  [
    'the ledger',
    table,
    {
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      KeySchema: [
        { AttributeName: 'event', KeyType: 'HASH' },
        { AttributeName: 'entry', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'event', AttributeType: 'S' },
        { AttributeName: 'entry', AttributeType: 'S' },
      ],
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
    },
  ],
  [
    'the token',
    token,
    { GenerateSecretString: { SecretStringTemplate: '{"token":""}', GenerateStringKey: '#placeholder' } },
  ],
  [
    'the signing keys',
    keys,
    { GenerateSecretString: { SecretStringTemplate: '{}', GenerateStringKey: '#placeholder' } },
  ],
  ...[['DeliveryBatches', queue] as const, ['DeliveryWaitingBatches', waiting] as const].map(
    ([name, read]): [string, Resource, object] => [
      `the hand-over to deliver: ${name}`,
      resource('AWS::Lambda::EventSourceMapping', name),
      {
        FunctionName: deliver.id,
        EventSourceArn: arn(read),
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 2 },
      },
    ],
  ),
  [
    'the invocations of receive-event',
    only('AWS::Lambda::EventInvokeConfig'),
    {
      FunctionName: receiveEvent.id,
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
      DestinationConfig: { OnFailure: { Destination: arn(lost) } },
    },
  ],
  ['the API', only('AWS::ApiGatewayV2::Api'), { ProtocolType: 'HTTP' }],
  ['the route', only('AWS::ApiGatewayV2::Route'), { RouteKey: 'ANY /webhooks/{source}' }],
  [
    'the integration',
    only('AWS::ApiGatewayV2::Integration'),
    { IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0', IntegrationUri: arn(receive) },
  ],
  [
    'the stage',
    only('AWS::ApiGatewayV2::Stage'),
    {
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 },
    },
  ],
  [
    'the mail',
    only('AWS::SNS::Subscription'),
    { Protocol: 'email', Endpoint: 'ops@acme.test', TopicArn: arn(only('AWS::SNS::Topic')) },
  ],
  ['the topic', only('AWS::SNS::Topic'), { KmsMasterKeyId: arn(only('AWS::KMS::Key')) }],
])('%s', (_title, { properties }, expected) => {
  expect(properties).toMatchObject(expected);
});

test('what was promised or remembered outlives the stack', () => {
  // The table is protected against deletion: a first deploy that fails could not be rolled back with it.
  expect(table.deletionPolicy).toBe('Retain');
  expect([queue, waiting, parked, lost, keys, token].map(({ deletionPolicy }) => deletionPolicy)).toEqual(
    Array<string>(6).fill('RetainExceptOnCreate'),
  );
});

test('each function gets its environment, and nothing else', () => {
  expect(receive.properties['Environment']).toEqual({
    Variables: { QUEUE_URL: urlOf(queue), KEYS_SECRET_ARN: arn(keys) },
  });
  expect(receiveEvent.properties['Environment']).toEqual({ Variables: { QUEUE_URL: urlOf(queue) } });
  expect(deliver.properties['Environment']).toEqual({
    Variables: {
      QUEUE_URL: urlOf(queue),
      WAITING_QUEUE_URL: urlOf(waiting),
      DEAD_LETTER_QUEUE_URL: urlOf(parked),
      LEDGER_TABLE: table.id,
      TOKEN_SECRET_ARN: arn(token),
      NETSAPIENS_ORIGIN: 'https://pbx.test:8443',
    },
  });
});

test.each([
  ['receive', receive],
  ['receive-event', receiveEvent],
  ['deliver', deliver],
] as const)('the environment of %s is what its code asks for', (name, { properties }) => {
  const { Variables } = properties['Environment'] as { Variables: object };
  expect(Object.keys(Variables).toSorted()).toEqual([...ENVIRONMENT[name]].toSorted());
});

test.each([
  [
    'hr-bus',
    'Ruleshrbus',
    {
      EventBusName: 'arn:aws:events:eu-west-1:999988887777:event-bus/people',
      EventPattern: {
        source: ['acme.hr', ''],
        'detail-type': [{ prefix: 'Employee' }],
        detail: {
          age: [{ numeric: ['>', 0] }],
          left: [{ exists: false }],
          camelCase: { 'with-hyphen': [true, '7'] },
        },
      },
    },
  ],
  ['default-bus', 'Rulesdefaultbus', { EventPattern: { source: ['acme.it'] } }],
])('the rule of %s hands the whole envelope to receive-event', (source, id, expected) => {
  const rule = resource('AWS::Events::Rule', id);
  const { EventBusName, EventPattern, Targets: targets } = rule.properties;
  expect({ EventBusName, EventPattern }).toEqual(expected);
  expect(targets).toEqual([
    {
      Id: 'receive-event',
      Arn: arn(receiveEvent),
      RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
      DeadLetterConfig: { Arn: arn(lost) },
      InputTransformer: {
        InputPathsMap: {
          version: '$.version',
          id: '$.id',
          detailType: '$.detail-type',
          source: '$.source',
          account: '$.account',
          time: '$.time',
          region: '$.region',
          resources: '$.resources',
          detail: '$.detail',
        },
        InputTemplate: `{"onqueueSource":"${source}","event":{"version":<version>,"id":<id>,"detail-type":<detailType>,"source":<source>,"account":<account>,"time":<time>,"region":<region>,"resources":<resources>,"detail":<detail>}}`,
      },
    },
  ]);
});

test('EventBridge may invoke receive-event for its rules alone, API Gateway receive for its route alone', () => {
  const permissions = every('AWS::Lambda::Permission').map(({ properties }) => [
    properties['FunctionName'],
    properties['Principal'],
    properties['SourceArn'],
  ]);
  expect(permissions.toSorted()).toEqual(
    [
      [
        arn(receive),
        'apigateway.amazonaws.com',
        `arn:aws:execute-api:eu-central-1:111122223333:${only('AWS::ApiGatewayV2::Api').id}/*/*/webhooks/{source}`,
      ],
      [arn(receiveEvent), 'events.amazonaws.com', arn(resource('AWS::Events::Rule', 'Rulesdefaultbus'))],
      [arn(receiveEvent), 'events.amazonaws.com', arn(resource('AWS::Events::Rule', 'Ruleshrbus'))],
    ].toSorted(),
  );
});

test('the access log names no person: neither address, header, query, body nor path', () => {
  expect(resource('AWS::Logs::LogGroup', 'WebhooksAccessLog').properties['LogGroupName']).toBe(
    '/aws/vendedlogs/AWS::StackName-webhooks',
  );
  const { AccessLogSettings } = only('AWS::ApiGatewayV2::Stage').properties as {
    AccessLogSettings: { Format: string };
  };
  expect(Object.values(JSON.parse(AccessLogSettings.Format) as object)).toEqual([
    '$context.requestId',
    '$context.requestTime',
    '$context.httpMethod',
    '$context.routeKey',
    '$context.protocol',
    '$context.status',
    '$context.responseLength',
    '$context.responseLatency',
    '$context.integration.status',
    '$context.integration.latency',
  ]);
});

test('every log group forgets', () => {
  for (const group of every('AWS::Logs::LogGroup'))
    expect(group.properties).toHaveProperty('RetentionInDays');
});

test('the outputs tell what to do next', () => {
  expect(outputs).toEqual({
    WebhookBamboohr: 'https://api.test/webhooks/bamboohr',
    WebhookHelpDashdesk: 'https://api.test/webhooks/help-desk',
    WebhookRequests: 'https://api.test/webhooks/requests',
    FillToken: `aws secretsmanager put-secret-value --secret-id ${arn(token)} --secret-string file://token.txt`,
    FillSigningKeys: `aws secretsmanager put-secret-value --secret-id ${arn(keys)} --secret-string file://keys.json`,
    CheckNetSapiens: `npm run doctor -- --secret-id ${arn(token)}`,
    LedgerTable: table.id,
    WaitingEventsUrl: urlOf(waiting),
    ParkedEventsUrl: urlOf(parked),
    RedriveParkedEvents: `aws sqs start-message-move-task --source-arn ${arn(parked)} --destination-arn ${arn(queue)}`,
    LostEventsUrl: urlOf(lost),
  });
});
