/** What wakes someone. Each alarm says what is at stake and names its own paragraph of infra/RUNBOOK.md. */
import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRICS } from '../lambda/names.ts';
import type { FunctionName } from '../lambda/names.ts';

export interface AlarmsProps {
  readonly email: string;
  readonly api: HttpApi;
  readonly functions: Readonly<Record<FunctionName, lambda.Function>>;
  readonly queue: sqs.Queue;
  readonly parked: sqs.Queue;
  readonly lost: sqs.Queue;
}

interface Watch {
  /** Names the alarm, and its paragraph: `## Alarm: parked-events`. */
  readonly name: string;
  /** What is at stake, in a sentence. */
  readonly impact: string;
  readonly metric: cloudwatch.IMetric;
  /** One is too many, unless said otherwise. */
  readonly threshold?: number;
  /** Five-minute periods that are looked back over for a bad one; the last alone, unless said otherwise. */
  readonly periods?: number;
}

const FIVE_MINUTES = Duration.minutes(5);
const sum = { statistic: cloudwatch.Stats.SUM, period: FIVE_MINUTES };
const maximum = { statistic: cloudwatch.Stats.MAXIMUM, period: FIVE_MINUTES };

const own = (metricName: string): cloudwatch.Metric =>
  new cloudwatch.Metric({ namespace: METRICS.namespace, metricName, ...sum });

/** Seconds that an event may wait: what `deliver` does not get to within an hour, it does not get to. */
const OLDEST_EVENT_SECONDS = 3600;

/** Five-minute periods of an hour. */
const HOUR = 12;

const FUNCTIONS = ['receive', 'receive-event', 'deliver'] as const satisfies FunctionName[];

const IMPACT_OF_ERRORS: Readonly<Record<FunctionName, string>> = {
  receive: 'Senders get no answer or 500 for their webhooks; some do not try again.',
  'receive-event':
    'Events of EventBridge do not get onto the queue; after three tries they wait among the lost events.',
  deliver:
    'deliver broke off in the middle of a batch: its events are delayed by up to twelve minutes each time.',
};

const IMPACT_OF_THROTTLES: Readonly<Record<FunctionName, string>> = {
  receive: 'Senders get 503 for their webhooks: the account has no room for another execution.',
  'receive-event':
    'Events of EventBridge wait: the account has no room for another execution. After six hours they are lost events.',
  deliver:
    'Nobody is put on a queue: the account has no room for another execution. Events wait on the queue.',
};

const watches = ({ api, functions, queue, parked, lost }: AlarmsProps): Watch[] => [
  {
    name: 'parked-events',
    impact: 'At least one person was not put on a queue and will not be until someone acts.',
    metric: parked.metricApproximateNumberOfMessagesVisible(maximum),
  },
  {
    // The one before says nothing of a second event while the first is still there.
    name: 'newly-parked',
    impact: 'An event was parked just now: at least one more person was not put on a queue.',
    metric: parked.metricNumberOfMessagesSent(sum),
  },
  {
    name: 'lost-events',
    impact:
      'Events of EventBridge did not reach the queue: nobody acts on them until someone sends them again.',
    metric: lost.metricApproximateNumberOfMessagesVisible(maximum),
  },
  {
    name: 'newly-lost',
    impact: 'An event of EventBridge was lost just now: at least one more that nobody acts on.',
    metric: lost.metricNumberOfMessagesSent(sum),
  },
  {
    name: 'not-even-lost',
    impact: 'An event of EventBridge got neither onto the queue nor among the lost events: it is gone.',
    metric: functions['receive-event'].metric('DestinationDeliveryFailures', sum),
  },
  {
    name: 'oldest-event',
    impact:
      'Events lie on the queue for an hour, and deliver does not get to them: nobody is put on a queue.',
    metric: queue.metricApproximateAgeOfOldestMessage(maximum),
    threshold: OLDEST_EVENT_SECONDS,
  },
  {
    name: 'overdue-event',
    impact:
      'An event has been tried again for an hour: people are not on their queues yet, and events will be parked in the end.',
    metric: own(METRICS.overdue),
    // Four hours are the longest pause between two attempts: one fault is one mail.
    periods: 4 * HOUR,
  },
  {
    name: 'credential-refused',
    impact:
      'NetSapiens refuses the bearer token, or there is none: nobody is put on a queue. Events wait, none is lost.',
    metric: own(METRICS.credentialRefused),
    // An event waits up to an hour between two attempts: one fault is one mail, not one for each attempt.
    periods: HOUR,
  },
  {
    name: 'signing-keys-unusable',
    impact: 'Webhooks cannot be verified: senders get 503, and those that do not try again are lost.',
    metric: own(METRICS.keysUnusable),
    // Senders try again every few minutes, and anybody can call a webhook that has no key.
    periods: HOUR,
  },
  {
    name: 'api-server-errors',
    impact: 'Senders got a 5xx for their webhooks; what they do not send again is lost.',
    metric: api.metricServerError(sum),
    periods: HOUR,
  },
  ...FUNCTIONS.flatMap((name): Watch[] => [
    { name: `${name}-errors`, impact: IMPACT_OF_ERRORS[name], metric: functions[name].metricErrors(sum) },
    {
      name: `${name}-throttles`,
      impact: IMPACT_OF_THROTTLES[name],
      metric: functions[name].metricThrottles(sum),
    },
  ]),
];

export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const action = new SnsAction(this.topic(props.email));
    for (const { name, impact, metric, threshold = 1, periods = 1 } of watches(props))
      new cloudwatch.Alarm(this, name, {
        alarmDescription: `${impact} What to do: infra/RUNBOOK.md#alarm-${name}`,
        metric,
        threshold,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: periods,
        datapointsToAlarm: 1,
        // No traffic is no fault.
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      }).addAlarmAction(action);
  }

  private topic(email: string): sns.Topic {
    const cloudwatchAlarms = new iam.ServicePrincipal('cloudwatch.amazonaws.com');
    // CloudWatch cannot publish through the AWS-managed key, so the topic has a key of its own.
    const key = new kms.Key(this, 'Key', {
      description: 'Onqueue: alarms on their way to SNS',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
      pendingWindow: Duration.days(7),
    });
    key.grant(cloudwatchAlarms, 'kms:Decrypt', 'kms:GenerateDataKey*');

    const topic = new sns.Topic(this, 'Topic', { displayName: 'Onqueue', masterKey: key, enforceSSL: true });
    // enforceSSL gives the topic a policy, which replaces the default one: alarms have to be let in by name.
    topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [cloudwatchAlarms],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    const subscription = topic.addSubscription(new EmailSubscription(email));
    Validations.of(subscription).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason:
        'A mail that cannot be delivered would wait where nobody looks; the alarm itself stays in CloudWatch.',
    });
    return topic;
  }
}
