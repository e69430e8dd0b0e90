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
      policy: keyPolicy(
        encryptDecryptActions,
        // No condition on the calling account: CloudWatch's call does not carry one. The topic's policy has it.
        new PolicyStatement({
          sid: 'CloudWatchEncryptsNotices',
          principals: [cloudWatch],
          actions: encryptDecryptActions,
          resources: ['*'],
        }),
      ),
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
