import { Tags } from 'aws-cdk-lib';
import { Stats, type Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AccountSecrets } from './constructs/account-secrets';
import type { GatewayEvents } from './events/gateway-events';
import type { EventSubscription, MessageSubscription, StatusSubscription } from './events/subscription-options';
import { webhookUrl } from './gateway-outputs';
import { acknowledgeFindings } from './gateway/acknowledge';
import { registerGateway } from './gateway/gateways';
import { gatewayMetric } from './gateway/metrics';
import { createEvents, createParts, type GatewayParts } from './gateway/parts';
import { settingsOf } from './gateway/settings';
import { ReplyFunction } from './reply/reply-function';
import type { ReplySource, ReplyWithOptions } from './reply/reply-function-options';
import type { TwilioWebhookGatewayProps } from './twilio-webhook-gateway-props';

/** The URLs of a gateway, as Twilio needs them: with the connection overrides. */
export interface WebhookUrls {
  /** For incoming messages. */
  readonly messages: string;
  /** For status callbacks. */
  readonly status: string;
  /** For usage triggers. */
  readonly usage: string;
  /** For Event Streams and everything else. An Event Streams sink gets the URL without the part after `#`. */
  readonly events: string;
}

/**
 * Receives Twilio webhooks: proven genuine, durable before the answer, stored exactly once.
 *
 *     const gateway = new TwilioWebhookGateway(this, 'Twilio', { stageName: 'prod' });
 */
export class TwilioWebhookGateway extends Construct {
  /** The table of everything that was received. */
  readonly table: ITable;
  /** The queue of verified webhooks. */
  readonly queue: Queue;
  /** Webhooks that could not be stored. */
  readonly deadLetterQueue: Queue;
  /** The topic that alarms are published to. */
  readonly alarmTopic: ITopic;
  /** The URLs to configure at Twilio. The outputs have the same URLs. */
  readonly webhookUrls: WebhookUrls;
  /** For your own functions that verify Twilio's signatures, for example `WebSocketAuthorizer`. */
  readonly accountSecrets: AccountSecrets;
  private readonly parts: GatewayParts;
  private events: GatewayEvents | undefined;
  private replyFunction: ReplyFunction | undefined;

  /** @throws Error that names every bad prop */
  constructor(scope: Construct, id: string, props: TwilioWebhookGatewayProps) {
    super(scope, id);
    const settings = settingsOf(this, props);
    const { stage } = settings;
    registerGateway(this, stage.name);
    this.parts = createParts(this, settings);
    const { webhookApi, queue, deadLetterQueue, table } = this.parts.resources;
    this.table = table;
    this.queue = queue;
    this.deadLetterQueue = deadLetterQueue;
    this.alarmTopic = this.parts.alarmTopic;
    this.accountSecrets = this.parts.accountSecrets;
    this.webhookUrls = {
      messages: webhookUrl(stage, webhookApi, 'messages'),
      status: webhookUrl(stage, webhookApi, 'status'),
      usage: webhookUrl(stage, webhookApi, 'usage'),
      events: webhookUrl(stage, webhookApi, 'events'),
    };
    if (stage.events !== undefined) this.events = createEvents(this, this.parts);
    acknowledgeFindings(this, settings.acknowledgements);
    Tags.of(this).add('Application', 'TwilioWebhookGateway');
    Tags.of(this).add('Stage', stage.name);
  }

  /** The topic that events are published to. The first use of it, or of a method below, creates it. */
  get topic(): Topic {
    return this.gatewayEvents().topic;
  }

  /**
   * The functions that exist so far, by the name in their logs and metrics: `ingress`, `consumer`, `breaker`,
   * `canary`, `publisher`, `handler-Replies` for the handler `Replies`, and `handler-ReplyWith`.
   */
  get functions(): Readonly<Record<string, Function>> {
    const { ingress, consumer, breaker, canary } = this.parts.resources;
    return {
      ingress,
      consumer,
      ...(breaker && { breaker: breaker.function }),
      ...(canary && { canary: canary.function }),
      ...this.events?.functions,
      ...(this.replyFunction && { 'handler-ReplyWith': this.replyFunction.function }),
    };
  }

  /**
   * Your code for incoming messages: `handlers/reply.ts` with `export const handler = onMessage(…)`.
   * @param name of the handler, such as `Replies`: in outputs, alarms, metrics and the CLI
   * @throws Error that names every bad option
   */
  onMessage(name: string, options: MessageSubscription): void {
    this.gatewayEvents().subscribe(name, { ...options, types: ['twilio.webhook.message.received'] });
  }

  /**
   * Your code for statuses of messages. Only forward changes come: no `sent` after `delivered`.
   * @param name see `onMessage`
   * @throws Error that names every bad option
   */
  onStatusChange(name: string, options: StatusSubscription): void {
    this.gatewayEvents().subscribe(name, { ...options, types: ['twilio.webhook.message.status-changed'] });
  }

  /**
   * Your code for events of the given types.
   * @param name see `onMessage`
   * @throws Error that names every bad option
   */
  onEvent(name: string, options: EventSubscription): void {
    this.gatewayEvents().subscribe(name, options);
  }

  /** Allows a function of yours to send replies, as the option `reply` does for a handler's file. */
  grantReply(target: Function): void {
    this.gatewayEvents().grantReply(target);
  }

  /**
   * Your code that answers messages in the response to the webhook: `handlers/answer.ts` with
   * `export const handler = replyWith(…)`. A gateway has one. Where it fails, the sender gets the static reply.
   * @throws Error that names every bad option
   */
  replyWith(source: ReplySource, options: ReplyWithOptions = {}): void {
    if (this.replyFunction !== undefined) throw new Error('replyWith: a stage has one reply function.');
    const { stage, encryptionKey, alarmTopic, dashboard, resources } = this.parts;
    const { ingress } = resources;
    const shared = { stage, encryptionKey, ingress, alarmTopic, dashboard };
    this.replyFunction = new ReplyFunction(this, 'ReplyWith', { ...shared, source, options });
  }

  /**
   * A metric of the gateway, such as `Accepted`: its sum over five minutes. `ConfigError` is ingress's.
   * @throws Error that names the metrics, if there is no such one
   */
  metric(metricName: string, props: MetricOptions = {}): Metric {
    return gatewayMetric(this.parts.stage.name, metricName, props);
  }

  /**
   * A metric of a handler: `HandlerSucceeded`, `HandlerDuplicate`, `HandlerFailed` or `HandlerDeadLettered`.
   * @param handler its name, such as `Replies`
   */
  metricOfHandler(handler: string, metricName: string, props: MetricOptions = {}): Metric {
    return gatewayMetric(this.parts.stage.name, metricName, props, handler);
  }

  /** Webhooks that were answered 2xx: they are genuine, and in the queue. */
  metricAccepted(props?: MetricOptions): Metric {
    return this.metric('Accepted', props);
  }

  /** Requests without a valid signature. */
  metricSignatureRejected(props?: MetricOptions): Metric {
    return this.metric('SignatureRejected', props);
  }

  /** Webhooks that were stored for the first time. */
  metricRecordStored(props?: MetricOptions): Metric {
    return this.metric('RecordStored', props);
  }

  /** Webhooks in the dead-letter queue. */
  metricDeadLetters(props?: MetricOptions): Metric {
    return this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, ...props });
  }

  /** How many seconds the oldest webhook has waited in the queue. */
  metricOldestMessage(props?: MetricOptions): Metric {
    return this.queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, ...props });
  }

  private gatewayEvents(): GatewayEvents {
    this.events ??= createEvents(this, this.parts);
    return this.events;
  }
}
