/**
 * The FIFO queue between the senders' side and the telephone side, the queue of events that wait for a person, a queue or
 * a day, and the dead-letter queue for what is parked.
 */
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { MAX_MESSAGE_BYTES, RETENTION_DAYS } from '../lambda/names.ts';

export class EventQueue extends Construct {
  readonly queue: sqs.Queue;
  readonly waiting: sqs.Queue;
  readonly parked: sqs.Queue;

  constructor(scope: Construct, id: string, props: { readonly consumerTimeout: Duration }) {
    super(scope, id);
    const common: sqs.QueueProps = {
      fifo: true,
      // Order holds within a message group alone; then SQS does not limit the groups together.
      deduplicationScope: sqs.DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      retentionPeriod: Duration.days(RETENTION_DAYS),
      maxMessageSizeBytes: MAX_MESSAGE_BYTES,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // What was answered with 202 outlives the stack; of a stack that was never born there is nothing to keep.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    };
    this.parked = new sqs.Queue(this, 'Parked', common);
    Validations.of(this.parked).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'It is a dead-letter queue: a person takes messages off it, by redrive.',
    });
    const read: sqs.QueueProps = {
      ...common,
      // AWS's advice for a queue that Lambda reads: six times the function's timeout.
      visibilityTimeout: Duration.seconds(6 * props.consumerTimeout.toSeconds()),
    };
    // `deliver` parks by itself, with reason and owner, and until then counts attempts by its own schedule: this is
    // only the net under a message that kills the function each time. 1000, SQS's maximum, is more than that schedule
    // reaches in a fortnight.
    const maxReceiveCount = 1000;
    this.queue = new sqs.Queue(this, 'Queue', {
      ...read,
      deadLetterQueue: { queue: this.parked, maxReceiveCount },
    });
    // Apart from the other, so that the age of its oldest message says whether events are held up. What it gives up on
    // goes through the queue once more, so that what is parked has come from there, and is redriven to there.
    this.waiting = new sqs.Queue(this, 'Waiting', {
      ...read,
      deadLetterQueue: { queue: this.queue, maxReceiveCount },
    });
  }
}
