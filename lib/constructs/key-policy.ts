import { AccountRootPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';

/** The administrators' actions, listed instead of `kms:*`. `PutKeyPolicy` lets them grant themselves any other. */
const administrationActions = [
  'kms:CancelKeyDeletion',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
];

/** The KMS actions for publishing to an encrypted topic and sending to an encrypted queue. */
export const encryptDecryptActions = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** Allows a function to use the stage's key, by which queues, tables and secrets are encrypted. */
export const stageKeyUse = (key: IKey, actions: readonly string[]): PolicyStatement =>
  new PolicyStatement({ sid: 'UseStageKey', actions: [...actions], resources: [key.keyArn] });

/**
 * The policy of a key. IAM policies of the AWS account can allow its administration and `useActions`;
 * `serviceStatements` allow services that use the key under their own identity. The resource `*` is the key itself.
 */
export const keyPolicy = (
  useActions: readonly string[],
  ...serviceStatements: readonly PolicyStatement[]
): PolicyDocument =>
  new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid: 'AccountAdministersKey',
        principals: [new AccountRootPrincipal()],
        actions: [...administrationActions, ...useActions],
        resources: ['*'],
      }),
      ...serviceStatements,
    ],
  });
