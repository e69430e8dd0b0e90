import type { Finding } from './linters';

/**
 * A finding of cfn-lint (`E…`, `W…`, `I…`) or Checkov (`CKV_…`) that is right in general and wrong here. A skip that
 * matches nothing fails.
 */
export interface LintSkip {
  readonly rule: string;
  /** On every resource of this type: the reason is the type's, not one construct's. */
  readonly resourceType: string;
  readonly reason: string;
}

export const lintSkips: readonly LintSkip[] = [
  {
    rule: 'W3005',
    resourceType: 'AWS::Lambda::Function',
    reason: 'The CDK adds DependsOn for the policies of a role, and lists the role there as well.',
  },
  {
    rule: 'CKV_AWS_18',
    resourceType: 'AWS::S3::Bucket',
    reason: 'Logs of the accesses would need another bucket, which outlives the media.',
  },
  {
    rule: 'CKV_AWS_21',
    resourceType: 'AWS::S3::Bucket',
    reason: 'An older version would keep what an erasure deletes. Twilio has the originals.',
  },
  {
    rule: 'CKV_AWS_27',
    resourceType: 'AWS::SQS::Queue',
    reason:
      'SQS encrypts the queue with its own keys, which the check ignores. ' +
      'If a KMS key were throttled or denied, the gateway would reject webhooks.',
  },
  {
    rule: 'CKV_AWS_115',
    resourceType: 'AWS::Lambda::Function',
    reason:
      'A concurrency limit would lose webhooks at ingress and use up receives at the consumer, ' +
      'whose event source mapping has a limit instead.',
  },
  {
    rule: 'CKV_AWS_116',
    resourceType: 'AWS::Lambda::Function',
    reason:
      'The rule is for asynchronous invocations, and there are none: ingress answers its caller, ' +
      'and the other functions read queues with dead-letter queues, or a stream with a queue for failures.',
  },
  {
    rule: 'CKV_AWS_117',
    resourceType: 'AWS::Lambda::Function',
    reason: 'Nothing here is in a VPC, and a NAT gateway or five endpoints would add cost and a way to fail.',
  },
  {
    rule: 'CKV_AWS_119',
    resourceType: 'AWS::DynamoDB::Table',
    reason:
      'Encrypted with a key that AWS owns. A key of the customer is one more thing whose loss is the loss of the data.',
  },
  {
    rule: 'CKV_AWS_149',
    resourceType: 'AWS::SecretsManager::Secret',
    reason: 'Encrypted with aws/secretsmanager: only this account reads it, and IAM says who in it.',
  },
  {
    rule: 'CKV_AWS_158',
    resourceType: 'AWS::Logs::LogGroup',
    reason: 'Encrypted with keys of CloudWatch Logs; there is no message text and no phone number in them.',
  },
  {
    rule: 'CKV_AWS_173',
    resourceType: 'AWS::Lambda::Function',
    reason: 'Names, URLs and ARNs: no variable holds a secret, which a test of the template proves.',
  },
];

export const skips = (skip: LintSkip, finding: Finding): boolean =>
  skip.rule === finding.rule && skip.resourceType === finding.resourceType;
