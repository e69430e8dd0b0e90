import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { keyPolicy, encryptDecryptActions } from '../constructs/key-policy';
import type { Stage } from '../stage/resolve-stage';

export interface AlarmTopicProps {
  readonly stage: Stage;
}

const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com');

/**
 * The topic that alarms are published to. It has a key of its own because CloudWatch cannot use AWS's `alias/aws/sns`:
 * alarms would go off without a notification. https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { stage }: AlarmTopicProps) {
    super(scope, id);
    const key = new Key(this, 'Key', {
      description: `Alarm topic of the Twilio webhook gateway, stage ${stage.name}`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      // It encrypts messages in transit only, so nothing has to be decrypted later.
      removalPolicy: RemovalPolicy.DESTROY,
      policy: keyPolicy(
        encryptDecryptActions,
        // No condition on the account, which CloudWatch's calls to KMS do not contain. The topic's policy has one.
        new PolicyStatement({
          sid: 'CloudWatchEncryptsNotifications',
          principals: [cloudWatch],
          actions: encryptDecryptActions,
          resources: ['*'],
        }),
      ),
    });
    this.topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true });
    // This policy replaces the default policy, which would allow the alarms of this account to publish.
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
