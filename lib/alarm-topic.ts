import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Stage } from './stage';

export interface AlarmTopicProps {
  readonly stage: Stage;
}

const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com');

/** What an administrator of the account does with a key, by name instead of `kms:*`. `PutKeyPolicy` keeps it manageable. */
const keyAdministration = [
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
/** What publishing to an encrypted topic needs. */
const keyUse = ['kms:Decrypt', 'kms:GenerateDataKey'];

/**
 * Where alarms go. Its key is its own because CloudWatch may not use AWS's `alias/aws/sns`: alarms would be raised
 * and nobody told. https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { stage }: AlarmTopicProps) {
    super(scope, id);
    const key = new Key(this, 'Key', {
      description: `Alarm topic of the Twilio webhook gateway, stage ${stage.name}`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      // It protects notices in flight, nothing at rest.
      removalPolicy: RemovalPolicy.DESTROY,
      policy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'AccountAdministersKey',
            principals: [new AccountRootPrincipal()],
            actions: [...keyAdministration, ...keyUse],
            resources: ['*'], // In a key policy this is the key itself.
          }),
          // No condition on the calling account: CloudWatch's call does not carry one. The topic's policy has it.
          new PolicyStatement({
            sid: 'CloudWatchEncryptsNotices',
            principals: [cloudWatch],
            actions: keyUse,
            resources: ['*'],
          }),
        ],
      }),
    });
    this.topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true });
    // A topic with a policy loses the default one, which let this account's alarms publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [cloudWatch],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: {
            'aws:SourceArn': Stack.of(this).formatArn({
              service: 'cloudwatch',
              resource: 'alarm:*',
            }),
          },
        },
      }),
    );
    for (const address of stage.alarmEmails) this.topic.addSubscription(new EmailSubscription(address));
  }
}
