import { Duration } from 'aws-cdk-lib';
import type { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { AccountSecrets, accountSecretsId } from '../constructs/account-secrets';
import { BasicAuthCredentials } from '../constructs/basic-auth-credentials';
import { Breaker } from '../constructs/breaker';
import { Consumer } from '../constructs/consumer';
import { EventQueue } from '../constructs/event-queue';
import { EventTable } from '../constructs/event-table';
import { Ingress } from '../constructs/ingress';
import { StageKey } from '../constructs/stage-key';
import { Canary } from '../constructs/scheduled/canary';
import { FallbackLane } from '../constructs/lane/fallback-lane';
import { FallbackRegion } from '../constructs/lane/fallback-region';
import { Reconciler } from '../constructs/scheduled/reconciler';
import { MediaBucket } from '../constructs/storage/media-bucket';
import { WebhookApi } from '../constructs/webhook-api';
import { GatewayEvents } from '../events/gateway-events';
import { addGatewayOutputs, commandOfGateway, commandOfStage, webhookUrl } from '../gateway-outputs';
import { AlarmTopic } from '../monitoring/alarm-topic';
import { Alarms, resourceAlarms } from '../monitoring/alarms';
import { GatewayDashboard } from '../monitoring/dashboard';
import type { MonitoredResources } from '../monitoring/monitored-resources';
import type { Stage } from '../stage/resolve-stage';
import type { GatewaySettings } from './settings';

/** The parts of every gateway. */
export interface GatewayParts {
  readonly stage: Stage;
  readonly stageKey: StageKey | undefined;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  readonly accountSecrets: AccountSecrets;
  readonly eventTable: EventTable;
  readonly alarmTopic: ITopic;
  readonly resources: MonitoredResources;
  readonly dashboard: Dashboard;
}

const consumerTimeout = Duration.seconds(20);

/** Creates what every gateway has. Constructs' ids are parts of logical ids, so they must not change. */
export const createParts = (gateway: Construct, settings: GatewaySettings): GatewayParts => {
  const { stage, existing } = settings;
  const stageKey =
    stage.customerManagedKey || existing.encryptionKey !== undefined
      ? new StageKey(gateway, 'StageKey', { stage, existing: existing.encryptionKey })
      : undefined;
  const encryptionKey = stageKey?.key;
  const shared = { stage, encryptionKey };
  const accountSecrets = new AccountSecrets(gateway, accountSecretsId, shared);
  const basicAuthCredentials = stage.basicAuth && new BasicAuthCredentials(gateway, 'BasicAuthCredentials', shared);
  const { queue, deadLetterQueue } = new EventQueue(gateway, 'EventQueue', { ...shared, consumerTimeout });
  const eventTable = new EventTable(gateway, 'EventTable', { ...shared, existing: existing.table });
  const { table } = eventTable;
  const mediaBucket = stage.mediaBucket ? new MediaBucket(gateway, 'MediaBucket', shared) : undefined;
  const alarmTopic = existing.alarmTopic ?? new AlarmTopic(gateway, 'AlarmTopic', { stage }).topic;
  const breaker =
    stage.breaker &&
    new Breaker(gateway, 'Breaker', { ...shared, breaker: stage.breaker, eventTable, topic: alarmTopic });
  const webhookApi = new WebhookApi(gateway, 'FrontDoor', {
    ...shared,
    existing: existing.httpApi,
    domainMapping: existing.domainName && {
      domainName: existing.domainName,
      mappingKey: existing.domainMappingKey,
    },
  });
  const ingress = new Ingress(gateway, 'Ingress', {
    ...shared,
    publicBaseUrl: webhookApi.baseUrl,
    hostName: webhookApi.hostName,
    queue,
    breakerQueue: breaker?.queue,
    accountSecrets,
    basicAuthCredentials,
  });
  webhookApi.route(ingress.function);
  const consumer = new Consumer(gateway, 'Consumer', { ...shared, queue, eventTable, timeout: consumerTimeout });

  const reconciler =
    stage.reconciliation &&
    new Reconciler(gateway, 'Reconciliation', { ...shared, reconciliation: stage.reconciliation, queue, eventTable });

  const canary =
    stage.canary &&
    new Canary(gateway, 'Canary', {
      ...shared,
      canary: stage.canary,
      publicBaseUrl: webhookApi.baseUrl,
      accountSecrets,
      basicAuthCredentials,
      eventTable,
    });

  const fallbackLane =
    stage.fallbackLane &&
    new FallbackLane(gateway, 'FallbackLane', {
      ...shared,
      fallbackLane: stage.fallbackLane,
      webhookApi,
      accountSecrets,
      eventQueue: queue,
    });
  const fallbackRegion =
    stage.fallbackLane && stage.fallbackRegion !== undefined && fallbackLane
      ? new FallbackRegion(gateway, 'FallbackRegion', {
          ...shared,
          region: stage.fallbackRegion,
          fallbackLane: stage.fallbackLane,
          laneQueue: fallbackLane.queue,
          acknowledgements: settings.acknowledgements,
        })
      : undefined;
  if (fallbackRegion !== undefined) fallbackLane?.acceptFrom(fallbackRegion.signedUrl);

  const resources = {
    stage,
    webhookApi,
    ingress: ingress.function,
    consumer: consumer.function,
    queue,
    deadLetterQueue,
    table,
    breaker,
    reconciler,
    canary,
    fallbackLane,
    fallbackRegion,
  };
  const { alarms } = new Alarms(gateway, 'Alarms', { stage, specs: resourceAlarms(resources), topic: alarmTopic });
  const { dashboard } = new GatewayDashboard(gateway, 'Operations', { resources, alarms });
  addGatewayOutputs(gateway, {
    ...resources,
    accountSecrets,
    basicAuthCredentials,
    mediaBucket,
    topic: alarmTopic,
    dashboard,
    command: settings.isOwnStack ? commandOfStage(stage) : commandOfGateway(gateway),
  });
  return { ...shared, stageKey, accountSecrets, eventTable, alarmTopic, resources, dashboard };
};

/** Creates the additional parts of a gateway that has the option `events` or handlers. */
export const createEvents = (gateway: Construct, parts: GatewayParts): GatewayEvents => {
  const { stage, stageKey, encryptionKey, eventTable, alarmTopic, dashboard, resources } = parts;
  stageKey?.allowTopics();
  // With Basic authentication the URL needs the credentials, which no function but ingress can read.
  const statusCallbackUrl = stage.basicAuth === undefined ? webhookUrl(stage, resources.webhookApi, 'status') : '';
  const events = new GatewayEvents(gateway, 'Events', {
    stage,
    encryptionKey,
    eventTable,
    alarmTopic,
    dashboard,
    statusCallbackUrl,
  });
  if (resources.canary !== undefined) events.subscribeCanary(resources.canary.addQueue());
  return events;
};
