import { Duration, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  RedrivePermission,
} from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { uniqueName } from '../gateway/gateways';
import { keptInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';

export interface EventQueueProps {
  readonly stage: Stage;
  /** Timeout of the function that consumes the queue. */
  readonly consumerTimeout: Duration;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  /**
   * Middle part of the queue's physical name.
   * @default 'Events'
   */
  readonly name?: string;
  /**
   * Whether messages have groups, of which each is delivered one at a time, in order.
   * @default false
   */
  readonly fifo?: boolean;
  /**
   * How often a message is received before it becomes a dead letter.
   * @default 5
   */
  readonly maxReceiveCount?: number;
  /**
   * The largest message that the queue accepts.
   * @default 1 MiB, SQS's own limit
   */
  readonly maxMessageSizeBytes?: number;
}

/** A queue and its dead-letter queue. */
export class EventQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: EventQueueProps) {
    super(scope, id);
    const isFifo = props.fifo === true;
    const shared = {
      // Twilio does not send an acknowledged webhook again, so production queues outlive the stack.
      removalPolicy: keptInProduction(props.stage),
      enforceSSL: true,
      // KMS only if the stage asks for it: if the key is throttled or denied, ingress cannot enqueue webhooks.
      ...(props.encryptionKey === undefined
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : {
            encryption: QueueEncryption.KMS,
            encryptionMasterKey: props.encryptionKey,
            // The maximum, so that a short KMS outage goes unnoticed.
            dataKeyReuse: Duration.hours(24),
          }),
      // 256 KiB of JSON can be 360 kB in the envelope; some accounts still have a default of 256 KiB.
      maxMessageSizeBytes: props.maxMessageSizeBytes ?? 1_048_576,
      ...(isFifo && {
        fifo: true,
        // Duplicates are searched in the group only, which allows more than 300 messages per second.
        deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      }),
    };
    // The two queues refer to each other. CloudFormation allows no circular reference, so one of them has a fixed name.
    const queueName = `${uniqueName(this, props.name ?? 'Events')}${isFifo ? '.fifo' : ''}`;
    const queueArn = Stack.of(this).formatArn({ service: 'sqs', resource: queueName });
    this.deadLetterQueue = new Queue(this, 'DeadLetterQueue', {
      ...shared,
      // A dead letter keeps its original enqueue time, so this retention must be longer than the queue's.
      retentionPeriod: Duration.days(14),
      redriveAllowPolicy: {
        redrivePermission: RedrivePermission.BY_QUEUE,
        sourceQueues: [Queue.fromQueueArn(this, 'Source', queueArn)],
      },
    });
    this.queue = new Queue(this, 'Queue', {
      ...shared,
      queueName,
      retentionPeriod: Duration.days(4),
      // AWS recommends at least six times the function's timeout:
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.seconds(props.consumerTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: props.maxReceiveCount ?? 5 },
    });
  }
}
