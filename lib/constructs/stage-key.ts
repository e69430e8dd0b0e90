import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { keyPolicy, encryptDecryptActions } from './key-policy';
import { keptInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';

export interface StageKeyProps {
  readonly stage: Stage;
}

/** What DynamoDB, SQS and Secrets Manager do with the key in the name of whoever calls them, and what creating a table needs. */
const useByTheAccount = [
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
 * The key of a stage that wants one of its own, for queues, table, secrets and logs. The alarm topic keeps its own: CloudWatch must
 * be allowed to use that one, and nothing else.
 */
export class StageKey extends Construct {
  /** Known by its ARN only: constructs that get the key itself add wildcards to its policy. */
  readonly key: IKey;

  constructor(scope: Construct, id: string, { stage }: StageKeyProps) {
    super(scope, id);
    const { keyArn } = new Key(this, 'Key', {
      description: `Queues, table, secrets and logs of the Twilio webhook gateway, stage ${stage.name}`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      // What is kept can be read for as long only as its key is.
      removalPolicy: keptInProduction(stage),
      policy: keyPolicy(
        useByTheAccount,
        // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        new PolicyStatement({
          sid: 'LogsOfTheAccount',
          principals: [new ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
          actions: [
            ...encryptDecryptActions,
            'kms:DescribeKey',
            'kms:Encrypt',
            'kms:ReEncryptFrom',
            'kms:ReEncryptTo',
          ],
          resources: ['*'],
          conditions: {
            ArnLike: {
              'kms:EncryptionContext:aws:logs:arn': Stack.of(this).formatArn({
                service: 'logs',
                resource: 'log-group:*',
              }),
            },
          },
        }),
      ),
    });
    this.key = Key.fromKeyArn(this, 'ByArn', keyArn);
  }
}
