import type { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { SubscriptionFilter, type ITopic, type Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { canaryEventType } from '../../lambda/shared/contract/canary';
import { eventOutputs, handlerOutputs } from '../../lambda/shared/contract/stack-outputs';
import type { ReplyEnvironment } from '../../lambda/handlers/environment';
import { placeholderAccountSid } from '../../lambda/shared/credentials/account-secret';
import { Alarms } from '../monitoring/alarms';
import { eventTopicAlarms, eventTopicWidgets } from './event-topic-alarms';
import { subscriptionAlarms, subscriptionWidgets } from './subscription-alarms';
import { protectedInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';
import { checkSubscription, filterPolicyOf, type AnySubscription } from './subscription-options';
import { EventTopic } from './event-topic';
import type { EventTable } from '../constructs/event-table';
import { PlaceholderSecret } from '../constructs/placeholder-secret';
import { addOutput } from '../gateway/gateways';
import { Subscription } from './subscription';

export interface GatewayEventsProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  readonly eventTable: EventTable;
  /** Receives the alarms. */
  readonly alarmTopic: ITopic;
  readonly dashboard: Dashboard;
  /** The URL for status callbacks of replies, with connection overrides; empty asks for none. */
  readonly statusCallbackUrl: string;
}

/** The event topic and its subscriptions. A stage without the option `events` and without handlers has neither. */
export class GatewayEvents extends Construct {
  readonly topic: Topic;
  /** The publisher and the functions of handlers, by the name in their logs and metrics. */
  readonly functions: Record<string, Function> = {};
  private readonly undelivered: Queue;
  private readonly props: GatewayEventsProps;
  private readonly payload: 'full' | 'reference';
  private handledEvents: Table | undefined;
  private replyCredentials: Secret | undefined;

  constructor(scope: Construct, id: string, props: GatewayEventsProps) {
    super(scope, id);
    const { stage, alarmTopic, dashboard } = props;
    this.props = props;
    this.payload = stage.events?.payload ?? 'full';
    const eventTopic = new EventTopic(this, 'EventTopic', {
      ...props,
      payload: this.payload,
      eventBusArn: stage.events?.eventBusArn,
    });
    this.topic = eventTopic.topic;
    this.functions['publisher'] = eventTopic.publisher;
    this.undelivered = eventTopic.undelivered;
    const { alarms } = new Alarms(this, 'Alarms', {
      stage,
      specs: eventTopicAlarms(eventTopic),
      topic: alarmTopic,
    });
    dashboard.addWidgets(...eventTopicWidgets(stage, eventTopic, alarms));
    addOutput(
      this,
      eventOutputs.topicArn,
      this.topic.topicArn,
      'FIFO topic with an event for everything that was stored',
    );
    addOutput(
      this,
      eventOutputs.payload,
      this.payload,
      'What the events contain: full, or only a reference to the item',
    );
    addOutput(
      this,
      eventOutputs.unpublishedQueueUrl,
      eventTopic.failures.queueUrl,
      'Pointers to changes that were not published',
    );
    addOutput(this, eventOutputs.undeliveredQueueUrl, this.undelivered.queueUrl, 'Events that SNS could not deliver');
  }

  /** @throws Error that names every bad option */
  subscribe(name: string, options: AnySubscription): void {
    checkSubscription(name, options, this.payload);
    if (options.queue !== undefined) {
      this.topic.addSubscription(
        new SqsSubscription(options.queue, {
          rawMessageDelivery: true,
          filterPolicy: filterPolicyOf(options),
          deadLetterQueue: this.undelivered,
        }),
      );
      return;
    }
    const { stage, alarmTopic, dashboard, encryptionKey } = this.props;
    const subscription = new Subscription(this, name, {
      stage,
      encryptionKey,
      topic: this.topic,
      undelivered: this.undelivered,
      handledEvents: (this.handledEvents ??= this.createHandledEvents()),
      options,
    });
    this.functions[`handler-${name}`] = subscription.function;
    const { alarms } = new Alarms(subscription, 'Alarms', {
      stage,
      specs: subscriptionAlarms(stage, name, subscription),
      topic: alarmTopic,
    });
    dashboard.addWidgets(...subscriptionWidgets(stage, name, subscription, alarms));
    addOutput(this, handlerOutputs.queueUrl(name), subscription.queue.queueUrl, `Queue of the handler ${name}`);
    addOutput(
      this,
      handlerOutputs.deadLetterQueueUrl(name),
      subscription.deadLetterQueue.queueUrl,
      `Dead-letter queue of the handler ${name}`,
    );
    if (options.reply === true) this.allowReply(subscription.function);
  }

  /** Delivers the events of canaries. The filters of handlers leave them out. */
  subscribeCanary(queue: Queue): void {
    this.topic.addSubscription(
      new SqsSubscription(queue, {
        rawMessageDelivery: true,
        filterPolicy: { type: SubscriptionFilter.stringFilter({ allowlist: [canaryEventType] }) },
        deadLetterQueue: this.undelivered,
      }),
    );
  }

  /** Allows a function of yours to answer senders: it may read and decrypt the reply credentials. */
  grantReply(target: Function): void {
    this.allowReply(target);
    const { encryptionKey } = this.props;
    if (encryptionKey === undefined) return;
    target.addToRolePolicy(
      new PolicyStatement({
        sid: 'DecryptReplyCredentials',
        actions: ['kms:Decrypt'],
        resources: [encryptionKey.keyArn],
      }),
    );
  }

  private allowReply(target: Function): void {
    const { secretArn } = (this.replyCredentials ??= this.createReplyCredentials());
    const environment: ReplyEnvironment = {
      REPLY_SECRET_ARN: secretArn,
      STATUS_CALLBACK_URL: this.props.statusCallbackUrl,
    };
    for (const [name, value] of Object.entries(environment)) target.addEnvironment(name, String(value));
    target.addToRolePolicy(
      new PolicyStatement({
        sid: 'ReadReplyCredentials',
        actions: ['secretsmanager:GetSecretValue'],
        resources: [secretArn],
      }),
    );
  }

  private createReplyCredentials(): Secret {
    const { stage, encryptionKey } = this.props;
    const secret = new PlaceholderSecret(this, 'ReplyCredentials', {
      stage,
      encryptionKey,
      description: `API key that sends replies, stage ${stage.name}.`,
      placeholder: { fields: { accountSid: placeholderAccountSid }, generatedField: 'apiSecret' },
    });
    addOutput(this, eventOutputs.replySecretArn, secret.secretArn, 'Secret with the API key that sends replies');
    return secret;
  }

  /** A small table of its own, because an item in the event table would be a change in its stream. */
  private createHandledEvents(): Table {
    const { stage, encryptionKey } = this.props;
    return new Table(this, 'HandledEvents', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiration',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      ...(encryptionKey && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
      ...protectedInProduction(stage),
    });
  }
}
