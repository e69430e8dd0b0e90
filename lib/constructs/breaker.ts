import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping, type Function } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { BreakerEnvironment } from '../../lambda/breaker/environment';
import { breakerPartition } from '../../lambda/shared/breaker/breaker-record';
import type { BreakerSettings } from '../stage/breaker-options';
import { EventQueue } from './event-queue';
import type { EventTable } from './event-table';
import { accountPlaceholder, PlaceholderSecret } from './placeholder-secret';
import { GatewayFunction } from '../functions/gateway-function';
import type { Stage } from '../stage/resolve-stage';

export interface BreakerProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  readonly breaker: BreakerSettings;
  readonly eventTable: EventTable;
  /** Receives a notification when the breaker trips. */
  readonly topic: ITopic;
}

/** Enough for a dozen calls with time limits, one after the other, and for ending a few hundred live calls. */
const timeout = Duration.seconds(60);
/**
 * Of the first retry. Each further one waits four times as long, which takes about 20 minutes up to the dead letter.
 */
const retryDelay = Duration.seconds(15);

/** The file in the bundle's directory that contains the triggers. */
const triggerFile = 'triggers.json';

/**
 * The circuit breaker: receives usage triggers and suspends subaccounts. It has its own queue, function and secret.
 * The secret contains the parent account's credentials: ingress and the consumer cannot read it, and the breaker cannot
 * read the account secrets.
 */
export class Breaker extends Construct {
  /** Ingress sends usage triggers to this queue, in addition to the event queue. */
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  readonly function: Function;
  /** The parent account's credentials, which an operator sets. */
  readonly secret: Secret;

  constructor(scope: Construct, id: string, props: BreakerProps) {
    super(scope, id);
    const { stage, encryptionKey, breaker, eventTable, topic } = props;
    const { table } = eventTable;
    const queues = new EventQueue(this, 'Queues', {
      stage,
      encryptionKey,
      consumerTimeout: timeout,
      name: 'Breaker',
    });
    this.queue = queues.queue;
    this.deadLetterQueue = queues.deadLetterQueue;
    this.secret = new PlaceholderSecret(this, 'ParentCredentials', {
      stage,
      encryptionKey,
      description: `Credentials of the parent Twilio account that suspend subaccounts, stage ${stage.name}.`,
      placeholder: accountPlaceholder,
    });
    const environment: BreakerEnvironment = {
      STAGE_NAME: stage.name,
      TABLE_NAME: table.tableName,
      BREAKER_QUEUE_URL: this.queue.queueUrl,
      TOPIC_ARN: topic.topicArn,
      BREAKER_SECRET_ARN: this.secret.secretArn,
      TRIGGER_FILE: triggerFile,
      DRY_RUN: String(breaker.dryRun),
      RETRY_DELAY_SECONDS: String(retryDelay.toSeconds()),
    };
    const breakerFunction = new GatewayFunction(this, 'Breaker', {
      stage,
      encryptionKey,
      functionName: 'breaker',
      description: 'Suspends a subaccount whose usage trigger has fired.',
      timeout,
      environment: { ...environment },
      // In a file, because 35 triggers would exceed the 4 KB that Lambda allows for all variables.
      files: { [triggerFile]: JSON.stringify(breaker.triggers) },
    });
    this.function = breakerFunction.function;
    for (const statement of this.statements(table, topic)) this.function.addToRolePolicy(statement);
    eventTable.allowKeyUse(this.function);
    new EventSourceMapping(this, 'EventSource', {
      target: this.function,
      eventSourceArn: this.queue.queueArn,
      // One usage trigger can use all of the function's time.
      batchSize: 1,
      reportBatchItemFailures: true,
      // The lowest value that Lambda allows. A lease in the table keeps two invocations off the same usage trigger.
      maxConcurrency: 2,
    });
  }

  private statements(table: ITable, topic: ITopic): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'ConsumeUsageTriggers',
        actions: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        resources: [this.queue.queueArn],
      }),
      new PolicyStatement({
        sid: 'RecordDecisions',
        actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        resources: [table.tableArn],
        // Only the breaker's items: `?` matches one character, so no other partition key has this form.
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [breakerPartition(`AC${'?'.repeat(32)}`)] },
        },
      }),
      new PolicyStatement({
        sid: 'ReadParentCredentials',
        actions: ['secretsmanager:GetSecretValue'],
        resources: [this.secret.secretArn],
      }),
      new PolicyStatement({
        sid: 'PublishNotifications',
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
      }),
      ...(topic.masterKey === undefined
        ? []
        : [
            new PolicyStatement({
              sid: 'EncryptNotifications',
              actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
              resources: [topic.masterKey.keyArn],
            }),
          ]),
    ];
  }
}
