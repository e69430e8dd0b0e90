import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias, type IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping, StartingPosition, type Function } from 'aws-cdk-lib/aws-lambda';
import { FifoThroughputScope, Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { PublisherEnvironment } from '../../lambda/publisher/environment';
import type { EventTable } from '../constructs/event-table';
import { GatewayFunction } from '../functions/gateway-function';
import { uniqueName } from '../gateway/gateways';
import { keptInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';

export interface EventTopicProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  readonly eventTable: EventTable;
  /** `reference` keeps texts and numbers out of the topic. */
  readonly payload: 'full' | 'reference';
  /** A bus that gets every event in addition to the topic. */
  readonly eventBusArn: string | undefined;
}

/**
 * The topic with an event for everything that was stored, and the function that publishes them from the table's
 * stream. The stream is the outbox: it keeps each change for 24 hours, however often the function fails.
 */
export class EventTopic extends Construct {
  readonly topic: Topic;
  readonly publisher: Function;
  /** Pointers to changes that the publisher could not publish. */
  readonly failures: Queue;
  /** Events that SNS could not deliver. A FIFO queue, because the topic is a FIFO topic. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, props: EventTopicProps) {
    super(scope, id);
    const { stage, encryptionKey, eventTable } = props;
    const { streamArn } = eventTable;
    this.topic = new Topic(this, 'Topic', {
      fifo: true,
      // CloudFormation generates no name that ends in `.fifo`, and the CDK's would be fixed.
      topicName: uniqueName(this, 'Events'),
      // SNS looks for duplicates only within a message group, which allows more than 3,000 events per second.
      fifoThroughputScope: FifoThroughputScope.MESSAGE_GROUP,
      enforceSSL: true,
      masterKey: encryptionKey ?? Alias.fromAliasName(this, 'AwsKey', 'alias/aws/sns'),
    });
    this.failures = keptQueue(this, 'Failures', props);
    this.undelivered = keptQueue(this, 'Undelivered', props, { fifo: true });
    const environment: PublisherEnvironment = {
      STAGE_NAME: stage.name,
      TOPIC_ARN: this.topic.topicArn,
      PAYLOAD: props.payload,
      EVENT_BUS_ARN: props.eventBusArn ?? '',
    };
    const publisher = new GatewayFunction(this, 'Publisher', {
      stage,
      encryptionKey,
      functionName: 'publisher',
      description: 'Publishes an event for everything that was stored.',
      timeout: Duration.seconds(20),
      environment: { ...environment },
      sendsToQueue: true,
    });
    this.publisher = publisher.function;
    for (const statement of this.statements(streamArn, props.eventBusArn)) this.publisher.addToRolePolicy(statement);
    eventTable.allowKeyUse(this.publisher);
    const mapping = new EventSourceMapping(this, 'EventSource', {
      target: this.publisher,
      eventSourceArn: streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      // A change that always fails is separated from the others.
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // Without a limit on retries, Lambda retries until the stream drops the record.
      onFailure: { bind: () => ({ destination: this.failures.queueArn }) },
    });
    // Lambda checks the permissions when it creates the mapping.
    mapping.node.addDependency(publisher.role);
  }

  private statements(streamArn: string, eventBusArn: string | undefined): readonly PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'ReadChanges',
        // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.Lambda.Tutorial2.html
        actions: [
          'dynamodb:DescribeStream',
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:ListStreams',
        ],
        resources: [streamArn],
      }),
      new PolicyStatement({ sid: 'PublishEvents', actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
      ...(eventBusArn === undefined
        ? []
        : [new PolicyStatement({ sid: 'PutEvents', actions: ['events:PutEvents'], resources: [eventBusArn] })]),
      new PolicyStatement({
        sid: 'KeepFailures',
        actions: ['sqs:SendMessage'],
        resources: [this.failures.queueArn],
      }),
    ];
  }
}

/** A queue whose messages an operator must look at. */
const keptQueue = (
  scope: Construct,
  id: string,
  { stage, encryptionKey }: EventTopicProps,
  options: { readonly fifo?: true } = {},
): Queue =>
  new Queue(scope, id, {
    ...options,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    removalPolicy: keptInProduction(stage),
    ...(encryptionKey === undefined
      ? { encryption: QueueEncryption.SQS_MANAGED }
      : { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey, dataKeyReuse: Duration.hours(24) }),
  });
