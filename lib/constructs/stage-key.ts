import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { keyPolicy, encryptDecryptActions } from './key-policy';
import { keptInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';

export interface StageKeyProps {
  readonly stage: Stage;
  /** An existing key to use instead of a new one. */
  readonly existing: IKey | undefined;
}

/** The KMS actions that DynamoDB, SQS and Secrets Manager need for their callers, and those for creating a table. */
const accountActions = [
  ...encryptDecryptActions,
  'kms:CreateGrant',
  'kms:Encrypt',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ListGrants',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:RevokeGrant',
];

/**
 * The KMS key of a stage with `customerManagedKey` or `encryptionKey`, for queues, table, secrets and logs. The alarm
 * topic has another key, which CloudWatch may use: CloudWatch must not be able to use the stage's key.
 */
export class StageKey extends Construct {
  private readonly policyKey: IKey;
  /** Imported by its ARN, because constructs add wildcard permissions to the policy of a key that they can change. */
  readonly key: IKey;

  constructor(scope: Construct, id: string, { stage, existing }: StageKeyProps) {
    super(scope, id);
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    const logs = new PolicyStatement({
      sid: 'LogsOfTheAccount',
      principals: [new ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
      actions: [...encryptDecryptActions, 'kms:DescribeKey', 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': Stack.of(this).formatArn({ service: 'logs', resource: 'log-group:*' }),
        },
      },
    });
    // Has no effect on an imported key.
    existing?.addToResourcePolicy(logs);
    this.policyKey =
      existing ??
      new Key(this, 'Key', {
        description: `Queues, table, secrets and logs of the Twilio webhook gateway, stage ${stage.name}`,
        enableKeyRotation: true,
        pendingWindow: Duration.days(30),
        // Data that outlives the stack cannot be read without its key.
        removalPolicy: keptInProduction(stage),
        policy: keyPolicy(accountActions, logs),
      });
    this.key = Key.fromKeyArn(this, 'ByArn', this.policyKey.keyArn);
  }

  /**
   * Lets SNS deliver to queues that are encrypted with the key.
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
   */
  allowTopics(): void {
    this.policyKey.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TopicsDeliverToQueues',
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: [...encryptDecryptActions],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
  }
}
