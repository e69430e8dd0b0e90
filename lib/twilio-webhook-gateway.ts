import { Duration, Tags } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AccountSecrets, accountSecretsId } from './constructs/account-secrets';
import { BasicAuthCredentials } from './constructs/basic-auth-credentials';
import { Breaker } from './constructs/breaker';
import { Consumer } from './constructs/consumer';
import { EventQueue } from './constructs/event-queue';
import { EventTable } from './constructs/event-table';
import { Ingress } from './constructs/ingress';
import { StageKey } from './constructs/stage-key';
import { WebhookApi } from './constructs/webhook-api';
import { GatewayEvents } from './events/gateway-events';
import type { EventSubscription, MessageSubscription, StatusSubscription } from './events/subscription-options';
import { addGatewayOutputs, commandOfGateway, commandOfStage, webhookUrl } from './gateway-outputs';
import { settingsOf } from './gateway/settings';
import { registerGateway } from './gateway/gateways';
import { AlarmTopic } from './monitoring/alarm-topic';
import { Alarms, resourceAlarms } from './monitoring/alarms';
import { GatewayDashboard } from './monitoring/dashboard';
import { acknowledgeFindings } from './gateway/acknowledge';
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

const consumerTimeout = Duration.seconds(20);

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
  /** The URLs that Twilio requests, as the outputs have them. */
  readonly webhookUrls: WebhookUrls;
  /** For your own functions that verify Twilio's signatures, for example `WebSocketAuthorizer`. */
  readonly accountSecrets: AccountSecrets;
  private readonly createEvents: () => GatewayEvents;
  private readonly createReplyFunction: (source: ReplySource, options: ReplyWithOptions) => ReplyFunction;
  private events: GatewayEvents | undefined;

  /** @throws Error that names every bad prop */
  constructor(scope: Construct, id: string, props: TwilioWebhookGatewayProps) {
    super(scope, id);
    const { stage, existing, acknowledgements, isOwnStack } = settingsOf(this, props);
    registerGateway(this, stage.name);
    const stageKey =
      stage.customerManagedKey || existing.encryptionKey !== undefined
        ? new StageKey(this, 'StageKey', { stage, existing: existing.encryptionKey })
        : undefined;
    const encryptionKey = stageKey?.key;
    const shared = { stage, encryptionKey };
    const accountSecrets = new AccountSecrets(this, accountSecretsId, shared);
    const basicAuthCredentials = stage.basicAuth && new BasicAuthCredentials(this, 'BasicAuthCredentials', shared);
    const { queue, deadLetterQueue } = new EventQueue(this, 'EventQueue', { ...shared, consumerTimeout });
    const eventTable = new EventTable(this, 'EventTable', { ...shared, existing: existing.table });
    const { table } = eventTable;
    const topic = existing.alarmTopic ?? new AlarmTopic(this, 'AlarmTopic', { stage }).topic;
    const breaker =
      stage.breaker && new Breaker(this, 'Breaker', { ...shared, breaker: stage.breaker, eventTable, topic });
    const webhookApi = new WebhookApi(this, 'FrontDoor', {
      ...shared,
      existing: existing.httpApi,
      domainMapping: existing.domainName && {
        domainName: existing.domainName,
        mappingKey: existing.domainMappingKey,
      },
    });
    const ingress = new Ingress(this, 'Ingress', {
      ...shared,
      publicBaseUrl: webhookApi.baseUrl,
      hostName: webhookApi.hostName,
      queue,
      breakerQueue: breaker?.queue,
      accountSecrets,
      basicAuthCredentials,
    });
    webhookApi.route(ingress.function);
    const consumer = new Consumer(this, 'Consumer', { ...shared, queue, eventTable, timeout: consumerTimeout });

    const resources = {
      stage,
      webhookApi,
      ingress: ingress.function,
      consumer: consumer.function,
      queue,
      deadLetterQueue,
      table,
      breaker,
    };
    const { alarms } = new Alarms(this, 'Alarms', { stage, specs: resourceAlarms(resources), topic });
    const { dashboard } = new GatewayDashboard(this, 'Operations', { resources, alarms });
    addGatewayOutputs(this, {
      stage,
      webhookApi,
      queue,
      deadLetterQueue,
      table,
      accountSecrets,
      basicAuthCredentials,
      breaker,
      topic,
      dashboard,
      command: isOwnStack ? commandOfStage(stage) : commandOfGateway(this),
    });

    this.table = table;
    this.queue = queue;
    this.deadLetterQueue = deadLetterQueue;
    this.alarmTopic = topic;
    this.accountSecrets = accountSecrets;
    this.webhookUrls = {
      messages: webhookUrl(stage, webhookApi, 'messages'),
      status: webhookUrl(stage, webhookApi, 'status'),
      usage: webhookUrl(stage, webhookApi, 'usage'),
      events: webhookUrl(stage, webhookApi, 'events'),
    };
    this.createEvents = () => {
      stageKey?.allowTopics();
      // With Basic authentication the URL needs the credentials, which no function but ingress can read.
      const statusCallbackUrl = stage.basicAuth === undefined ? this.webhookUrls.status : '';
      return new GatewayEvents(this, 'Events', {
        ...shared,
        eventTable,
        alarmTopic: topic,
        dashboard,
        statusCallbackUrl,
      });
    };
    this.createReplyFunction = (source, options) => {
      const asked = { ingress: ingress.function, alarmTopic: topic, dashboard, source, options };
      return new ReplyFunction(this, 'ReplyWith', { ...shared, ...asked });
    };
    if (stage.events !== undefined) this.events = this.createEvents();

    acknowledgeFindings(this, acknowledgements);
    Tags.of(this).add('Application', 'TwilioWebhookGateway');
    Tags.of(this).add('Stage', stage.name);
  }

  /** The topic that events are published to. The first use of it, or of a method below, creates it. */
  get topic(): Topic {
    return this.gatewayEvents().topic;
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
   * Your code that answers messages at once, in the response to Twilio: `handlers/answer.ts` with
   * `export const handler = replyWith(…)`. A gateway has one. Where it fails, the sender gets the static reply.
   * @throws Error that names every bad option
   */
  replyWith(source: ReplySource, options: ReplyWithOptions = {}): void {
    if (this.node.tryFindChild('ReplyWith') !== undefined)
      throw new Error('replyWith: a stage has one reply function.');
    this.createReplyFunction(source, options);
  }

  private gatewayEvents(): GatewayEvents {
    this.events ??= this.createEvents();
    return this.events;
  }
}
