/** What is deployed, and who may do what: each function's permissions stand whole beside its environment. */
import { CfnOutput, Duration, RemovalPolicy, Stack, Tags, Validations } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Configuration, SourceOf } from '../lambda/configuration.ts';
import type { FunctionName } from '../lambda/names.ts';
import { Alarms } from './alarms.ts';
import { Delivery, Ledger } from './delivery.ts';
import { LostEvents, Rules } from './events.ts';
import { allow, OnqueueFunction } from './function.ts';
import { EventQueue } from './queue.ts';
import { Webhooks } from './webhooks.ts';

export interface OnqueueStackProps {
  readonly configuration: Configuration;
  /** The directory of each function's bundle. */
  readonly bundles: Readonly<Record<FunctionName, string>>;
}

/** NetSapiens is given some 20 s for an answer, and one join may take three of them. */
const DELIVER_TIMEOUT = Duration.seconds(120);

export class OnqueueStack extends Stack {
  readonly functions: Readonly<Record<FunctionName, OnqueueFunction<FunctionName>>>;

  constructor(scope: Construct, id: string, { configuration, bundles }: OnqueueStackProps) {
    super(scope, id, { description: 'Onqueue: puts people on NetSapiens call queues' });
    Tags.of(this).add('application', 'onqueue');

    const { queue, waiting, parked } = new EventQueue(this, 'Events', { consumerTimeout: DELIVER_TIMEOUT });
    const { queue: lost } = new LostEvents(this, 'LostEvents');
    const { table } = new Ledger(this, 'Ledger');
    // Each is born with a placeholder that is neither a key nor a token: until it is filled, the door stays shut.
    const keys = this.secret(
      'SigningKeys',
      'signing keys of the webhook sources: {"source": "key" or ["key", "key"]}',
      {},
    );
    const token = this.secret('Token', 'NetSapiens bearer token: the text itself, or {"token": "..."}', {
      token: '',
    });

    // It faces the internet: it can read the keys and send, and nothing else.
    const receive = new OnqueueFunction<'receive'>(this, 'Receive', {
      description: 'Onqueue: verifies webhooks and puts their events on the queue',
      code: bundles.receive,
      environment: { QUEUE_URL: queue.queueUrl, KEYS_SECRET_ARN: keys.secretArn },
      permissions: [
        allow(['secretsmanager:GetSecretValue'], keys.secretArn),
        allow(['sqs:SendMessage'], queue.queueArn),
      ],
      timeout: Duration.seconds(10),
      failures: 'API Gateway waits for the answer: the sender gets a 5xx and tries again.',
      logRetention: RetentionDays.ONE_MONTH,
    });
    const receiveEvent = new OnqueueFunction<'receive-event'>(this, 'ReceiveEvent', {
      description: "Onqueue: puts EventBridge's events on the queue",
      code: bundles['receive-event'],
      environment: { QUEUE_URL: queue.queueUrl },
      // Lambda writes what failed for good to `lost` in the function's name.
      permissions: [allow(['sqs:SendMessage'], queue.queueArn, lost.queueArn)],
      timeout: Duration.seconds(30),
      failures: 'Its on-failure destination takes the event, and the error beside it.',
      logRetention: RetentionDays.ONE_MONTH,
    });
    const deliver = new OnqueueFunction<'deliver'>(this, 'Deliver', {
      description: 'Onqueue: puts agents on call queues',
      code: bundles.deliver,
      environment: {
        QUEUE_URL: queue.queueUrl,
        WAITING_QUEUE_URL: waiting.queueUrl,
        DEAD_LETTER_QUEUE_URL: parked.queueUrl,
        LEDGER_TABLE: table.tableName,
        TOKEN_SECRET_ARN: token.secretArn,
        NETSAPIENS_ORIGIN: `https://${configuration.netsapiens.server}`,
      },
      permissions: [
        allow(['secretsmanager:GetSecretValue'], token.secretArn),
        allow(
          [
            'sqs:ReceiveMessage',
            'sqs:DeleteMessage',
            'sqs:ChangeMessageVisibility',
            'sqs:GetQueueAttributes',
          ],
          queue.queueArn,
          waiting.queueArn,
        ),
        allow(['sqs:SendMessage'], waiting.queueArn, parked.queueArn),
        // A transaction is allowed what its updates are.
        allow(
          ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'],
          table.tableArn,
        ),
      ],
      timeout: DELIVER_TIMEOUT,
      failures: 'The messages stay on the queue, which has a dead-letter queue.',
      // "Why was Jane not added?" may be asked late.
      logRetention: RetentionDays.THREE_MONTHS,
    });
    this.functions = { receive, 'receive-event': receiveEvent, deliver };

    const sources = Object.entries(configuration.sources);
    const webhooks = new Webhooks(this, 'Webhooks', { receive });
    new Rules(this, 'Rules', { sources: sources.filter(isRule), receiveEvent, lost });
    new Delivery(this, 'Delivery', { queues: { Batches: queue, WaitingBatches: waiting }, deliver });
    new Alarms(this, 'Alarms', {
      email: configuration.alarms.email,
      api: webhooks.api,
      functions: this.functions,
      queue,
      parked,
      lost,
    });

    for (const [name, source] of sources)
      if (source.type !== 'eventbridge')
        this.output(webhookOutput(name), `Webhook of the source ${name}`, webhooks.urlOf(name));
    // From a file, so that no secret lands in a shell's history.
    this.output(
      'FillToken',
      'Fills the NetSapiens token from token.txt',
      fillFrom(token.secretArn, 'token.txt'),
    );
    this.output(
      'FillSigningKeys',
      'Fills the signing keys from keys.json',
      fillFrom(keys.secretArn, 'keys.json'),
    );
    this.output(
      'CheckNetSapiens',
      'Checks the token, the server and the queues of the rules',
      `npm run doctor -- --secret-id ${token.secretArn}`,
    );
    this.output('LedgerTable', 'What became of each event', table.tableName);
    this.output(
      'WaitingEventsUrl',
      'The queue of events that wait for a person, a queue or a day',
      waiting.queueUrl,
    );
    this.output('ParkedEventsUrl', 'The dead-letter queue with the parked events', parked.queueUrl);
    this.output(
      'RedriveParkedEvents',
      "Runs today's rules over all parked events",
      // They were parked by `deliver`, not by SQS, which therefore has to be told where they came from.
      `aws sqs start-message-move-task --source-arn ${parked.queueArn} --destination-arn ${queue.queueArn}`,
    );
    this.output('LostEventsUrl', 'Events of EventBridge that did not get onto the queue', lost.queueUrl);
  }

  private secret(id: string, description: string, placeholder: object): secretsmanager.Secret {
    const secret = new secretsmanager.Secret(this, id, {
      description: `Onqueue: ${description}`,
      generateSecretString: {
        secretStringTemplate: JSON.stringify(placeholder),
        // Secrets Manager has to generate something; under this name nothing looks for it.
        generateStringKey: '#placeholder',
      },
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'The senders and NetSapiens make these keys; none has a call to rotate them. Two keys live at once, and the ' +
        'token is read afresh after a 401, so a new one is filled in by hand without a deploy.',
    });
    return secret;
  }

  private output(id: string, description: string, value: string): void {
    new CfnOutput(this, id, { description, value });
  }
}

const isRule = (
  entry: [string, Configuration['sources'][string]],
): entry is [string, SourceOf<'eventbridge'>] => entry[1].type === 'eventbridge';

/** An output's name takes no hyphen; source names have no capitals, so that no two become one. */
const webhookOutput = (source: string): string =>
  `Webhook${source.charAt(0).toUpperCase()}${source.slice(1).replaceAll('-', 'Dash')}`;

const fillFrom = (secretArn: string, file: string): string =>
  `aws secretsmanager put-secret-value --secret-id ${secretArn} --secret-string file://${file}`;
