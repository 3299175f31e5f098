/** The telephone side's own: the ledger, and the hand-over of the queue's messages to `deliver`. */
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { LEDGER } from '../lambda/names.ts';

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
    props: { readonly queue: sqs.Queue; readonly deliver: lambda.Function },
  ) {
    super(scope, id);
    const batches = new lambda.EventSourceMapping(this, 'Batches', {
      target: props.deliver,
      eventSourceArn: props.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      // Two functions (Lambda's minimum) with ten people each are twenty calls side by side at the most. NetSapiens
      // publishes no limit, and one operator answers haste with a block of the caller's address; a thousand new hires
      // are through in minutes all the same.
      maxConcurrency: 2,
    });
    Validations.of(batches).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'Lambda has none for SQS: the queue keeps what failed, and has a dead-letter queue.',
    });
  }
}
