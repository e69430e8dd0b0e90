import { AccountRootPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** What an administrator of the AWS account does with a key, by name instead of `kms:*`. `PutKeyPolicy` keeps it manageable. */
const administration = [
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

/** What publishing to an encrypted topic, and sending to an encrypted queue, needs. */
export const encryptDecryptActions = ['kms:Decrypt', 'kms:GenerateDataKey'];

/**
 * A key's policy: the AWS account administers it and lets its own IAM policies allow `use`; `others` are the services that call with
 * no identity of the account. In a key's policy the resource `*` is the key itself.
 */
export const keyPolicy = (use: readonly string[], ...others: readonly PolicyStatement[]): PolicyDocument =>
  new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid: 'AccountAdministersKey',
        principals: [new AccountRootPrincipal()],
        actions: [...administration, ...use],
        resources: ['*'],
      }),
      ...others,
    ],
  });
