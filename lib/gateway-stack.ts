import { Duration, Stack, Tags } from 'aws-cdk-lib';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { AccountSecrets, accountSecretsId } from './constructs/account-secrets';
import { AlarmTopic } from './monitoring/alarm-topic';
import { Alarms, resourceAlarms } from './monitoring/alarms';
import { BasicAuthCredentials } from './constructs/basic-auth-credentials';
import { Breaker } from './constructs/breaker';
import { Consumer } from './constructs/consumer';
import { EventQueue } from './constructs/event-queue';
import { EventTable } from './constructs/event-table';
import { GatewayEvents } from './events/gateway-events';
import { WebhookApi } from './constructs/webhook-api';
import { GatewayDashboard } from './monitoring/dashboard';
import { addGatewayOutputs, webhookUrl } from './gateway-outputs';
import { Ingress } from './constructs/ingress';
import type { Stage } from './stage/resolve-stage';
import type { EventSubscription, MessageSubscription, StatusSubscription } from './events/subscription-options';
import { StageKey } from './constructs/stage-key';

export interface GatewayStackProps {
  readonly stage: Stage;
}

const consumerTimeout = Duration.seconds(20);

/** The gateway of one stage. No resource has a fixed physical name, so stages can share an AWS account. */
export class GatewayStack extends Stack {
  /** For your own functions that verify Twilio's signatures, for example `WebSocketAuthorizer`. */
  readonly accountSecrets: AccountSecrets;
  private readonly createEvents: () => GatewayEvents;
  private events: GatewayEvents | undefined;

  constructor(scope: Construct, id: string, { stage }: GatewayStackProps) {
    super(scope, id, {
      description: `Twilio webhook gateway, stage ${stage.name}`,
      // Not simply `production`: the CDK enables it before it creates the stack, and a stack whose creation failed
      // could not be deleted.
      terminationProtection: stage.terminationProtection,
      // The CDK's usage metadata would add a resource and conditions to the template.
      analyticsReporting: false,
      ...(stage.env === undefined ? {} : { env: stage.env }),
    });
    const stageKey = stage.customerManagedKey ? new StageKey(this, 'StageKey', { stage }) : undefined;
    const encryptionKey = stageKey?.key;
    const shared = { stage, encryptionKey };
    const accountSecrets = new AccountSecrets(this, accountSecretsId, shared);
    this.accountSecrets = accountSecrets;
    const basicAuthCredentials = stage.basicAuth && new BasicAuthCredentials(this, 'BasicAuthCredentials', shared);
    const { queue, deadLetterQueue } = new EventQueue(this, 'EventQueue', { ...shared, consumerTimeout });
    const { table } = new EventTable(this, 'EventTable', shared);
    const { topic } = new AlarmTopic(this, 'AlarmTopic', { stage });
    const breaker = stage.breaker && new Breaker(this, 'Breaker', { ...shared, breaker: stage.breaker, table, topic });
    const webhookApi = new WebhookApi(this, 'FrontDoor', shared);
    const ingress = new Ingress(this, 'Ingress', {
      ...shared,
      publicBaseUrl: webhookApi.baseUrl,
      queue,
      breakerQueue: breaker?.queue,
      accountSecrets,
      basicAuthCredentials,
    });
    webhookApi.route(ingress.function);
    const consumer = new Consumer(this, 'Consumer', { ...shared, queue, table, timeout: consumerTimeout });

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
    });

    this.createEvents = () => {
      stageKey?.allowTopics();
      // With Basic authentication the URL needs the credentials, which no function but ingress can read.
      const statusCallbackUrl = stage.basicAuth === undefined ? webhookUrl(stage, webhookApi, 'status') : '';
      return new GatewayEvents(this, 'Events', { ...shared, table, alarmTopic: topic, dashboard, statusCallbackUrl });
    };
    if (stage.events !== undefined) this.events = this.createEvents();

    Tags.of(this).add('Application', 'TwilioWebhookGateway');
    Tags.of(this).add('Stage', stage.name);
  }

  /** The topic that events are published to. The first use of it, or of a method below, creates it. */
  get eventTopic(): Topic {
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

  private gatewayEvents(): GatewayEvents {
    this.events ??= this.createEvents();
    return this.events;
  }
}
