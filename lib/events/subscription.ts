import { Duration, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping, type Function } from 'aws-cdk-lib/aws-lambda';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { HandlerEnvironment } from '../../lambda/handlers/environment';
import { GatewayFunction } from '../functions/gateway-function';
import { EventQueue } from '../constructs/event-queue';
import { encryptDecryptActions, stageKeyUse } from '../constructs/key-policy';
import { functionFindings } from '../nag-suppressions';
import type { Stage } from '../stage/resolve-stage';
import { defaultMaxConcurrency, filterPolicyOf, timeoutOf, type AnySubscription } from './subscription-options';

export interface SubscriptionProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  readonly topic: Topic;
  /** Receives events that SNS could not deliver to the queue. */
  readonly undelivered: Queue;
  /** Remembers which events a handler has handled. */
  readonly handledEvents: Table;
  /** With `entry` or `handler`. */
  readonly options: AnySubscription;
}

const defaultRetryDelays = [Duration.seconds(1), Duration.seconds(10), Duration.minutes(1)];

/** A handler with its own filter, queue, dead-letter queue, function and permissions. */
export class Subscription extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  readonly function: Function;

  constructor(scope: Construct, id: string, props: SubscriptionProps) {
    super(scope, id);
    const { stage, encryptionKey, options, topic, handledEvents } = props;
    const timeout = timeoutOf(options);
    const maxReceives = options.maxReceives ?? 5;
    const queues = new EventQueue(this, 'Queues', {
      stage,
      encryptionKey,
      consumerTimeout: timeout,
      name: `Handler${id}`,
      fifo: options.ordering !== 'none',
      maxReceiveCount: maxReceives,
    });
    this.queue = queues.queue;
    this.deadLetterQueue = queues.deadLetterQueue;
    topic.addSubscription(
      new SqsSubscription(this.queue, {
        rawMessageDelivery: true,
        filterPolicy: filterPolicyOf(options),
        deadLetterQueue: props.undelivered,
      }),
    );
    const environment: HandlerEnvironment = {
      STAGE_NAME: stage.name,
      HANDLER_NAME: id,
      QUEUE_URL: this.queue.queueUrl,
      RETRY_DELAYS: (options.retryDelays ?? defaultRetryDelays).map((delay) => delay.toSeconds()).join(','),
      MAX_RECEIVES: String(maxReceives),
      DEAD_LETTER_QUEUE_URL: this.deadLetterQueue.queueUrl,
      IDEMPOTENCY_TABLE_NAME: handledEvents.tableName,
    };
    this.function = this.createFunction(props, timeout, { ...environment });
    for (const statement of this.statements(id, props)) this.function.addToRolePolicy(statement);
    const mapping = new EventSourceMapping(this, 'EventSource', {
      target: this.function,
      eventSourceArn: this.queue.queueArn,
      // An event that waits behind a failing one of its batch would use up its receives without a try.
      batchSize: options.ordering === 'none' ? 10 : 1,
      reportBatchItemFailures: true,
      maxConcurrency: options.maxConcurrency ?? defaultMaxConcurrency,
    });
    acknowledgeFindings(mapping, this.deadLetterQueue);
  }

  private createFunction(
    { stage, encryptionKey, options }: SubscriptionProps,
    timeout: Duration,
    environment: Readonly<Record<string, string>>,
  ): Function {
    const { handler, entry = '' } = options;
    if (handler !== undefined) {
      for (const [name, value] of Object.entries(environment)) handler.addEnvironment(name, value);
      return handler;
    }
    const secrets = Object.entries(options.secrets ?? {});
    const created = new GatewayFunction(this, 'Handler', {
      stage,
      encryptionKey,
      functionName: `handler-${this.node.id}`,
      entry,
      description: `Handles events: ${this.node.id}.`,
      timeout,
      ...(options.memorySizeMb !== undefined && { memorySizeMb: options.memorySizeMb }),
      environment: {
        ...options.environment,
        ...Object.fromEntries(secrets.map(([name, secret]) => [name, secret.secretArn])),
        ...environment,
      },
      // The function sends an event with a permanent error to the dead-letter queue.
      sendsToQueue: true,
    });
    for (const [, secret] of secrets) secret.grantRead(created.function);
    for (const { id, child, reason } of functionFindings) {
      Validations.of(created.node.findChild(child)).acknowledge({ id, reason });
    }
    return created.function;
  }

  private statements(
    name: string,
    { handledEvents, encryptionKey, options }: SubscriptionProps,
  ): readonly PolicyStatement[] {
    return [
      // A function of the gateway has it.
      ...(options.handler !== undefined && encryptionKey !== undefined
        ? [stageKeyUse(encryptionKey, encryptDecryptActions)]
        : []),
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
