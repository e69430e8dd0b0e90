import { Duration, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AccountSecrets, accountSecretsId } from './constructs/account-secrets';
import { AlarmTopic } from './monitoring/alarm-topic';
import { Alarms } from './monitoring/alarms';
import { BasicAuthCredentials } from './constructs/basic-auth-credentials';
import { Breaker } from './constructs/breaker';
import { Consumer } from './constructs/consumer';
import { EventQueue } from './constructs/event-queue';
import { EventTable } from './constructs/event-table';
import { WebhookApi } from './constructs/webhook-api';
import { GatewayDashboard } from './monitoring/dashboard';
import { addGatewayOutputs } from './gateway-outputs';
import { Ingress } from './constructs/ingress';
import type { Stage } from './stage/resolve-stage';
import { StageKey } from './constructs/stage-key';

export interface GatewayStackProps {
  readonly stage: Stage;
}

const consumerTimeout = Duration.seconds(20);

/** The gateway of one stage. No resource has a fixed physical name, so stages can share an AWS account. */
export class GatewayStack extends Stack {
  /** For your own functions that verify Twilio's signatures, for example `WebSocketAuthorizer`. */
  readonly accountSecrets: AccountSecrets;

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
    const encryptionKey = stage.customerManagedKey ? new StageKey(this, 'StageKey', { stage }).key : undefined;
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
    const { alarms } = new Alarms(this, 'Alarms', { resources, topic });
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

    Tags.of(this).add('Application', 'TwilioWebhookGateway');
    Tags.of(this).add('Stage', stage.name);
  }
}
