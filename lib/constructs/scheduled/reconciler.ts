import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ReconcilerEnvironment } from '../../../lambda/reconciler/environment';
import { reconciliationKey } from '../../../lambda/shared/contract/table';
import { placeholderAccountSid } from '../../../lambda/shared/credentials/account-secret';
import { GatewayFunction } from '../../functions/gateway-function';
import type { Stage } from '../../stage/resolve-stage';
import type { ReconciliationSettings } from '../../stage/scheduled/reconciliation-options';
import type { EventTable } from '../event-table';
import { PlaceholderSecret } from '../placeholder-secret';
import { Schedule } from './schedule';

export interface ReconcilerProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  readonly reconciliation: ReconciliationSettings;
  readonly queue: Queue;
  readonly eventTable: EventTable;
}

/** Less than the shortest period of the schedule. What is left is done by the next invocation. */
const timeout = Duration.minutes(4);
const anyAccountSid = `AC${'?'.repeat(32)}`;

/** Compares Twilio's lists with the table, and puts what is missing on the event queue. It has its own secret. */
export class Reconciler extends Construct {
  readonly function: Function;
  /** The API keys of the accounts, which an operator sets. */
  readonly secret: Secret;

  constructor(scope: Construct, id: string, props: ReconcilerProps) {
    super(scope, id);
    const { stage, encryptionKey, reconciliation, queue, eventTable } = props;
    this.secret = new PlaceholderSecret(this, 'Credentials', {
      stage,
      encryptionKey,
      description: `API keys that read Twilio's lists, stage ${stage.name}.`,
      placeholder: { fields: { accountSid: placeholderAccountSid }, generatedField: 'apiSecret' },
    });
    const environment: ReconcilerEnvironment = {
      STAGE_NAME: stage.name,
      TABLE_NAME: eventTable.table.tableName,
      EVENT_QUEUE_URL: queue.queueUrl,
      RECONCILER_SECRET_ARN: this.secret.secretArn,
      WINDOW_HOURS: String(reconciliation.windowHours),
      SETTLE_MINUTES: String(reconciliation.settleMinutes),
      STATUSES: reconciliation.statuses,
    };
    this.function = new GatewayFunction(this, 'Reconciler', {
      stage,
      encryptionKey,
      sendsToQueue: true,
      functionName: 'reconciler',
      description: "Compares Twilio's lists with the table, and backfills what is missing.",
      timeout,
      environment: { ...environment },
    }).function;
    for (const statement of this.statements(queue, eventTable)) this.function.addToRolePolicy(statement);
    eventTable.allowKeyUse(this.function);
    new Schedule(this, 'Schedule', {
      function: this.function,
      everyMinutes: reconciliation.everyMinutes,
      description: `Compares Twilio's lists with the table of stage ${stage.name}`,
    });
  }

  private statements(queue: Queue, { table }: EventTable): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'EnqueueBackfills',
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
      }),
      new PolicyStatement({
        sid: 'FindStoredMessages',
        actions: ['dynamodb:BatchGetItem'],
        resources: [table.tableArn],
        conditions: {
          'ForAllValues:StringLike': {
            'dynamodb:LeadingKeys': ['MESSAGE', 'TEXT'].map((kind) => `${anyAccountSid}#${kind}#*`),
          },
        },
      }),
      new PolicyStatement({
        sid: 'KeepProgress',
        actions: ['dynamodb:UpdateItem'],
        resources: [table.tableArn],
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [reconciliationKey(anyAccountSid).pk] },
        },
      }),
      new PolicyStatement({
        sid: 'ReadListCredentials',
        actions: ['secretsmanager:GetSecretValue'],
        resources: [this.secret.secretArn],
      }),
    ];
  }
}
