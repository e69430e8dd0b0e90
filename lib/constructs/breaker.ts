import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping, type Function } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { BreakerEnvironment } from '../../lambda/breaker/environment';
import { placeholderAccountSid, type AccountSecret } from '../../lambda/shared/credentials/account-secret';
import { breakerPartition } from '../../lambda/shared/breaker/breaker-record';
import type { BreakerSettings } from '../stage/breaker-options';
import { EventQueue } from './event-queue';
import { GatewayFunction } from '../functions/gateway-function';
import { keptInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';

export interface BreakerProps {
  readonly stage: Stage;
  /** Undefined where the stage has no key of its own: AWS's key is used. */
  readonly encryptionKey: IKey | undefined;
  readonly breaker: BreakerSettings;
  readonly table: Table;
  /** Where people are told that it tripped. */
  readonly topic: Topic;
}

/** A dozen bounded calls one after the other, and a few hundred live calls to end. */
const timeout = Duration.seconds(60);
/** The first retry; the next ones wait four times as long each, so the dead-letter queue comes after twenty minutes. */
const retryDelay = Duration.seconds(15);

/** The name of the triggers' file beside the bundle. */
export const triggerFile = 'triggers.json';

const sidKey = 'accountSid' satisfies keyof AccountSecret;
const tokenKey = 'authToken' satisfies keyof AccountSecret;

/**
 * The circuit breaker: usage triggers in, a suspended subaccount out. Its queue, its function and its secret are its own: the secret
 * holds the parent account's credentials, which neither ingress nor the consumer can read, and it cannot read theirs.
 */
export class Breaker extends Construct {
  /** Ingress sends usage triggers here, too. */
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  readonly function: Function;
  /** Created with a placeholder that the function refuses; an operator fills it. */
  readonly secret: Secret;

  constructor(scope: Construct, id: string, props: BreakerProps) {
    super(scope, id);
    const { stage, encryptionKey, breaker, table, topic } = props;
    const queues = new EventQueue(this, 'Queues', {
      stage,
      encryptionKey,
      consumerTimeout: timeout,
      name: 'Breaker',
    });
    this.queue = queues.queue;
    this.deadLetterQueue = queues.deadLetterQueue;
    this.secret = new Secret(this, 'ParentCredentials', {
      ...(encryptionKey && { encryptionKey }),
      description: `Credentials of the parent Twilio account that suspend subaccounts, stage ${stage.name}.`,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ [sidKey]: placeholderAccountSid }),
        generateStringKey: tokenKey,
        excludePunctuation: true,
      },
      removalPolicy: keptInProduction(stage),
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
      // Beside the bundle: all variables together may have 4 kB, which 35 triggers fill.
      files: { [triggerFile]: JSON.stringify(breaker.triggers) },
    });
    this.function = breakerFunction.function;
    for (const statement of this.statements(table, topic)) this.function.addToRolePolicy(statement);
    new EventSourceMapping(this, 'EventSource', {
      target: this.function,
      eventSourceArn: this.queue.queueArn,
      // One firing at a time has all of the function's time.
      batchSize: 1,
      reportBatchItemFailures: true,
      // The lowest that Lambda allows; the lease in the table keeps two from working on the same firing.
      maxConcurrency: 2,
    });
  }

  private statements(table: Table, topic: Topic): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'ConsumeFirings',
        actions: [
          'sqs:ChangeMessageVisibility',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
          'sqs:ReceiveMessage',
        ],
        resources: [this.queue.queueArn],
      }),
      new PolicyStatement({
        sid: 'RecordDecisions',
        actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        resources: [table.tableArn],
        // Only its own rows: no message and no event. `?` is one character, so no other partition has this form.
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [breakerPartition(`AC${'?'.repeat(32)}`)] },
        },
      }),
      new PolicyStatement({
        sid: 'ReadParentCredentials',
        actions: ['secretsmanager:GetSecretValue'],
        resources: [this.secret.secretArn],
      }),
      new PolicyStatement({ sid: 'TellPeople', actions: ['sns:Publish'], resources: [topic.topicArn] }),
      ...(topic.masterKey === undefined
        ? []
        : [
            new PolicyStatement({
              sid: 'EncryptNotices',
              actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
              resources: [topic.masterKey.keyArn],
            }),
          ]),
    ];
  }
}
