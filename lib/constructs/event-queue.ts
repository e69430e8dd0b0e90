import { Aws, Duration, Fn, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { keptInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';

export interface EventQueueProps {
  readonly stage: Stage;
  /** The timeout of the function that consumes the queue. */
  readonly consumerTimeout: Duration;
  /** Undefined if the stage has no key of its own: AWS's key is used. */
  readonly encryptionKey: IKey | undefined;
  /**
   * The middle part of the queue's physical name.
   * @default 'Events'
   */
  readonly name?: string;
}

/** Receives before a message becomes a dead letter. */
const maxReceiveCount = 5;

/** Verified webhooks on their way to the table, and the dead letters that could not be stored. */
export class EventQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: EventQueueProps) {
    super(scope, id);
    // A queue holds acknowledged webhooks: in production none goes away with its stack.
    const removalPolicy = keptInProduction(props.stage);
    const shared = {
      removalPolicy,
      enforceSSL: true,
      // Not KMS unless it is asked for: a throttled or denied key refuses webhooks at the front door.
      ...(props.encryptionKey === undefined
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : {
            encryption: QueueEncryption.KMS,
            encryptionMasterKey: props.encryptionKey,
            // The longest that SQS offers: an outage of KMS is then felt late.
            dataKeyReuse: Duration.hours(24),
          }),
      // 256 KiB of JSON are up to 360 kB in the envelope; accounts with old queues still default to 256 KiB.
      maxMessageSizeBytes: 1_048_576,
    };
    // The two queues name each other, which CloudFormation cannot order. So the name of one is known beforehand; the part of the
    // stack's id makes it unique, also beside a queue that an earlier stack of the same name left behind.
    const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
    const queueName = Fn.join('-', [
      Aws.STACK_NAME,
      props.name ?? 'Events',
      Fn.select(0, Fn.split('-', stackUuid)),
    ]);
    const queueArn = Stack.of(this).formatArn({ service: 'sqs', resource: queueName });
    this.deadLetterQueue = new Queue(this, 'DeadLetterQueue', {
      ...shared,
      // A dead letter keeps the age it had in the queue: its retention must be the longer one.
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
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: at least six times the function's timeout.
      visibilityTimeout: Duration.seconds(props.consumerTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    });
  }
}
