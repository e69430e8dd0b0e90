import { Duration, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping, type Function } from 'aws-cdk-lib/aws-lambda';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { HandlerEnvironment } from '../../lambda/handlers/environment';
import { GatewayFunction } from '../functions/gateway-function';
import { functionFindings } from '../nag-suppressions';
import { keptInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';
import { filterPolicyOf, type AnySubscription, type EventReceiver } from '../stage/subscription-options';

export interface SubscriptionProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  readonly topic: Topic;
  /** Remembers which events a handler has handled. */
  readonly handledEvents: Table;
  readonly options: Exclude<AnySubscription, { readonly queue: unknown }>;
}

const defaultTimeout = Duration.seconds(30);

/** A handler with everything that it needs of its own: filter, queue, dead-letter queue, function, permissions. */
export class Subscription extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  readonly function: Function;

  constructor(scope: Construct, id: string, props: SubscriptionProps) {
    super(scope, id);
    const { stage, options, topic, handledEvents } = props;
    const isFifo = options.ordering !== 'none';
    const timeout = timeoutOf(options);
    this.deadLetterQueue = this.createQueue('DeadLetterQueue', props, isFifo, { retentionPeriod: Duration.days(14) });
    this.queue = this.createQueue('Queue', props, isFifo, {
      retentionPeriod: Duration.days(4),
      // AWS recommends at least six times the function's timeout:
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.seconds(timeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: options.maxReceives ?? 5 },
    });
    topic.addSubscription(
      new SqsSubscription(this.queue, { rawMessageDelivery: true, filterPolicy: filterPolicyOf(options) }),
    );
    const environment: HandlerEnvironment = {
      STAGE_NAME: stage.name,
      HANDLER_NAME: id,
      QUEUE_URL: this.queue.queueUrl,
      DEAD_LETTER_QUEUE_URL: this.deadLetterQueue.queueUrl,
      IDEMPOTENCY_TABLE_NAME: handledEvents.tableName,
    };
    this.function = this.createFunction(props, timeout, { ...environment });
    for (const statement of this.statements(id, handledEvents)) this.function.addToRolePolicy(statement);
    const mapping = new EventSourceMapping(this, 'EventSource', {
      target: this.function,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      maxConcurrency: options.maxConcurrency ?? 5,
    });
    acknowledgeFindings(mapping, this.deadLetterQueue);
  }

  private createQueue(
    id: string,
    { stage, encryptionKey }: SubscriptionProps,
    isFifo: boolean,
    props: ConstructorParameters<typeof Queue>[2],
  ): Queue {
    return new Queue(this, id, {
      ...(isFifo && {
        fifo: true,
        // Duplicates are searched in the group only, which allows more than 300 messages per second.
        deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      }),
      enforceSSL: true,
      removalPolicy: keptInProduction(stage),
      ...(encryptionKey === undefined
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : {
            encryption: QueueEncryption.KMS,
            encryptionMasterKey: encryptionKey,
            dataKeyReuse: Duration.hours(24),
          }),
      ...props,
    });
  }

  private createFunction(
    { stage, encryptionKey, options }: SubscriptionProps,
    timeout: Duration,
    environment: Readonly<Record<string, string>>,
  ): Function {
    if ('handler' in options) {
      for (const [name, value] of Object.entries(environment)) options.handler.addEnvironment(name, value);
      return options.handler;
    }
    const secrets = Object.entries(options.secrets ?? {});
    const created = new GatewayFunction(this, 'Handler', {
      stage,
      encryptionKey,
      functionName: `handler-${this.node.id}`,
      entry: options.entry,
      description: `Handles events: ${this.node.id}.`,
      timeout,
      ...(options.memorySizeMb !== undefined && { memorySizeMb: options.memorySizeMb }),
      environment: {
        ...options.environment,
        ...Object.fromEntries(secrets.map(([name, secret]) => [name, secret.secretArn])),
        ...environment,
      },
      // A permanent error becomes a dead letter.
      sendsToQueue: true,
    });
    for (const [, secret] of secrets) secret.grantRead(created.function);
    for (const { id, child, reason } of functionFindings) {
      Validations.of(created.node.findChild(child)).acknowledge({ id, reason });
    }
    return created.function;
  }

  private statements(name: string, handledEvents: Table): readonly PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'ConsumeEvents',
        actions: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        resources: [this.queue.queueArn],
      }),
      new PolicyStatement({
        sid: 'KeepDeadLetters',
        actions: ['sqs:SendMessage'],
        resources: [this.deadLetterQueue.queueArn],
      }),
      new PolicyStatement({
        sid: 'RememberHandledEvents',
        actions: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        resources: [handledEvents.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${name}#*`] } },
      }),
    ];
  }
}

const timeoutOf = (receiver: EventReceiver): Duration => {
  if ('handler' in receiver) return receiver.handler.timeout ?? Duration.seconds(3);
  return ('entry' in receiver ? receiver.timeout : undefined) ?? defaultTimeout;
};

const acknowledgeFindings = (mapping: EventSourceMapping, deadLetterQueue: Queue): void => {
  Validations.of(mapping).acknowledge({
    id: 'Serverless-LambdaEventSourceMappingDestination',
    reason: 'The event source is a queue, whose redrive policy handles failures.',
  });
  Validations.of(deadLetterQueue).acknowledge({
    id: 'Serverless-SQSRedrivePolicy',
    reason: 'This is the dead-letter queue. A message in it raises an alarm.',
  });
};
