/** EventBridge: a rule for each `eventbridge` source, which hands its events to `receive-event`. */
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { SourceOf } from '../lambda/configuration.ts';
import { RETENTION_DAYS } from '../lambda/names.ts';

/** What did not get from EventBridge onto the queue; either EventBridge or Lambda puts it there. */
export class LostEvents extends Construct {
  readonly queue: sqs.Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new sqs.Queue(this, 'Queue', {
      retentionPeriod: Duration.days(RETENTION_DAYS),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const reason = 'It is a dead-letter queue, of EventBridge and of Lambda: a person takes messages off it.';
    Validations.of(this.queue).acknowledge(
      { id: 'AwsSolutions-SQS3', reason },
      { id: 'Serverless-SQSRedrivePolicy', reason },
    );
  }
}

export interface RulesProps {
  readonly sources: readonly (readonly [name: string, source: SourceOf<'eventbridge'>])[];
  readonly receiveEvent: lambda.IFunction;
  readonly lost: sqs.Queue;
}

export class Rules extends Construct {
  constructor(scope: Construct, id: string, { sources, receiveEvent, lost }: RulesProps) {
    super(scope, id);
    new lambda.CfnEventInvokeConfig(this, 'Invocation', {
      functionName: receiveEvent.functionName,
      qualifier: '$LATEST',
      // Lambda's maxima: two more tries after an error of the function, six hours of them after a throttle.
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: Duration.hours(6).toSeconds(),
      destinationConfig: { onFailure: { destination: lost.queueArn } },
    });

    for (const [name, source] of sources) {
      // The L1 construct, because it leaves the operator's pattern as it is, and takes a bus by name or ARN.
      const rule = new events.CfnRule(this, name, {
        description: `Onqueue: events of the source ${name}`,
        eventPattern: source.pattern,
        ...(source.bus === undefined ? {} : { eventBusName: source.bus }),
        targets: [
          {
            id: 'receive-event',
            arn: receiveEvent.functionArn,
            inputTransformer: { inputPathsMap: ENVELOPE, inputTemplate: ruleInput(name) },
            retryPolicy: {
              maximumRetryAttempts: 185,
              maximumEventAgeInSeconds: Duration.hours(24).toSeconds(),
            },
            deadLetterConfig: { arn: lost.queueArn },
          },
        ],
      });
      receiveEvent.addPermission(`Rule-${name}`, {
        principal: new iam.ServicePrincipal('events.amazonaws.com'),
        sourceArn: rule.attrArn,
      });
      lost.addToResourcePolicy(
        new iam.PolicyStatement({
          principals: [new iam.ServicePrincipal('events.amazonaws.com')],
          actions: ['sqs:SendMessage'],
          resources: [lost.queueArn],
          conditions: { ArnEquals: { 'aws:SourceArn': rule.attrArn } },
        }),
      );
    }
  }
}

/** EventBridge's envelope, field by field; a placeholder's name takes no hyphen. */
const ENVELOPE = {
  version: '$.version',
  id: '$.id',
  detailType: '$.detail-type',
  source: '$.source',
  account: '$.account',
  time: '$.time',
  region: '$.region',
  resources: '$.resources',
  detail: '$.detail',
};

/** The RuleInput of lambda/names.ts. EventBridge puts JSON in place of each unquoted placeholder. */
const ruleInput = (source: string): string =>
  `{"onqueueSource":"${source}","event":{"version":<version>,"id":<id>,"detail-type":<detailType>,"source":<source>,` +
  `"account":<account>,"time":<time>,"region":<region>,"resources":<resources>,"detail":<detail>}}`;
