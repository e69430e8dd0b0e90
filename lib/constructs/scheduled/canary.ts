import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { CanaryEnvironment, CanaryQueueEnvironment } from '../../../lambda/canary/environment';
import { canaryKey } from '../../../lambda/shared/contract/table';
import { GatewayFunction } from '../../functions/gateway-function';
import type { Stage } from '../../stage/resolve-stage';
import type { CanarySettings } from '../../stage/scheduled/canary-options';
import type { AccountSecrets } from '../account-secrets';
import type { BasicAuthCredentials } from '../basic-auth-credentials';
import type { EventTable } from '../event-table';
import { Schedule } from './schedule';

export interface CanaryProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  readonly canary: CanarySettings;
  /** As ingress has it. */
  readonly publicBaseUrl: string;
  readonly accountSecrets: AccountSecrets;
  /** Undefined if the stage has no Basic authentication. */
  readonly basicAuthCredentials: BasicAuthCredentials | undefined;
  readonly eventTable: EventTable;
}

/** Less than the shortest period of the schedule. */
const timeout = Duration.seconds(50);
const anyCanary = canaryKey(`AC${'?'.repeat(32)}`, '*').pk;

/** Sends a signed webhook to the public URL again and again, follows it into the table, and removes it there. */
export class Canary extends Construct {
  readonly function: Function;
  private readonly props: CanaryProps;

  constructor(scope: Construct, id: string, props: CanaryProps) {
    super(scope, id);
    this.props = props;
    const { stage, encryptionKey, accountSecrets, basicAuthCredentials, eventTable } = props;
    const environment: CanaryEnvironment = {
      STAGE_NAME: stage.name,
      TABLE_NAME: eventTable.table.tableName,
      PUBLIC_BASE_URL: props.publicBaseUrl,
      ACCOUNT_SECRET_ARNS: accountSecrets.environment.ACCOUNT_SECRET_ARNS,
      BASIC_AUTH_SECRET_ARN: basicAuthCredentials?.secret.secretArn ?? '',
      CHECK_TOKEN: String(props.canary.checkToken),
    };
    const created = new GatewayFunction(this, 'Canary', {
      stage,
      encryptionKey,
      functionName: 'canary',
      description: 'Sends a webhook to the public URL, and follows it.',
      timeout,
      environment: { ...environment },
    });
    this.function = created.function;
    accountSecrets.allowReading(created.role, ['secretsmanager:GetSecretValue']);
    for (const statement of this.statements()) this.function.addToRolePolicy(statement);
    eventTable.allowKeyUse(this.function);
    new Schedule(this, 'Schedule', {
      function: this.function,
      everyMinutes: props.canary.everyMinutes,
      description: `Sends a canary to stage ${stage.name}`,
    });
  }

  /** Follows canaries out of the event topic as well. @returns the queue to subscribe */
  addQueue(): Queue {
    const { encryptionKey } = this.props;
    const queue = new Queue(this, 'Queue', {
      fifo: true,
      enforceSSL: true,
      // A canary is looked for within a minute.
      retentionPeriod: Duration.minutes(5),
      ...(encryptionKey === undefined
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey, dataKeyReuse: Duration.hours(24) }),
    });
    const environment: CanaryQueueEnvironment = { CANARY_QUEUE_URL: queue.queueUrl };
    for (const [name, value] of Object.entries(environment)) this.function.addEnvironment(name, String(value));
    this.function.addToRolePolicy(
      new PolicyStatement({
        sid: 'TakeCanaries',
        actions: ['sqs:DeleteMessage', 'sqs:ReceiveMessage'],
        resources: [queue.queueArn],
      }),
    );
    return queue;
  }

  private statements(): PolicyStatement[] {
    const { eventTable, basicAuthCredentials } = this.props;
    return [
      new PolicyStatement({
        sid: 'FollowCanaries',
        actions: ['dynamodb:DeleteItem', 'dynamodb:GetItem'],
        resources: [eventTable.table.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [anyCanary] } },
      }),
      ...(basicAuthCredentials === undefined
        ? []
        : [
            new PolicyStatement({
              sid: 'ReadBasicAuthCredentials',
              actions: ['secretsmanager:GetSecretValue'],
              resources: [basicAuthCredentials.secret.secretArn],
            }),
          ]),
    ];
  }
}
