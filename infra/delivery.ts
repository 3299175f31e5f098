/** The telephone side's own: the ledger, and the hand-over of the queues' messages to `deliver`. */
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DELIVER_CONTAINERS, LEDGER } from '../lambda/names.ts';

export class Ledger extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: LEDGER.partitionKey, type: dynamodb.AttributeType.STRING },
      sortKey: { name: LEDGER.sortKey, type: dynamodb.AttributeType.STRING },
      timeToLiveAttribute: LEDGER.timeToLive,
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: dynamodb.TableEncryption.AWS_MANAGED,
      // Without its memory, a redriven event would be done twice.
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}

export class Delivery extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: { readonly queues: Readonly<Record<string, sqs.Queue>>; readonly deliver: lambda.Function },
  ) {
    super(scope, id);
    const { queues, deliver } = props;
    for (const [name, queue] of Object.entries(queues)) {
      const batches = new lambda.EventSourceMapping(this, name, {
        target: deliver,
        eventSourceArn: queue.queueArn,
        batchSize: 10,
        reportBatchItemFailures: true,
        // Two executions each (Lambda's minimum), among which `limits:` is shared out: NetSapiens publishes no limit,
        // and one operator answers haste with a block of the caller's address.
        maxConcurrency: DELIVER_CONTAINERS / Object.keys(queues).length,
      });
      Validations.of(batches).acknowledge({
        id: 'Serverless-LambdaEventSourceMappingDestination',
        reason: 'Lambda has none for SQS: the queue keeps what failed, and has a dead-letter queue.',
      });
    }
  }
}
