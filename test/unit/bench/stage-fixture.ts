import type { Measured } from '../../../bench/cost/measure/measure';
import type { WebhookFacts } from '../../../bench/cost/measure/webhook-facts';
import type { FunctionFacts, StageFacts } from '../../../bench/cost/stage-facts';

const aFunction: FunctionFacts = { memoryMb: 512, architecture: 'arm64', logging: undefined };

/** A stage like `prod`, with short names. */
export const stage: StageFacts = {
  api: 'http',
  accessLogFormat: '{"requestId":"$context.requestId","status":"$context.status"}',
  ingress: aFunction,
  consumer: aFunction,
  publisher: aFunction,
  handler: aFunction,
  batchSizes: { consumer: 10, publisher: 100, handler: 1 },
  indexes: [
    { name: 'byAccountDay', keys: ['accountDay', 'accountDayTime'], tableKeys: ['pk', 'sk'] },
    { name: 'byConversation', keys: ['conversation', 'accountDayTime'], tableKeys: ['pk', 'sk'] },
  ],
  tracing: false,
  fixed: { secrets: 1, keys: 1, dashboards: 1, alarmMetrics: 20 },
  fixedOfEvents: { secrets: 0, keys: 0, dashboards: 0, alarmMetrics: 4 },
  fixedOfHandler: { secrets: 0, keys: 0, dashboards: 0, alarmMetrics: 3 },
  options: {},
};

export const sms: WebhookFacts = {
  ingressLogBytes: 500,
  queueMessageBytes: 1_000,
  alone: { consumerLogBytes: 400, publisherLogBytes: 200, publishes: 1 },
  inFullBatches: { consumerLogBytes: 220, publisherLogBytes: 20, publishes: 0.1 },
  units: { marker: 1, table: 1, indexes: 2 },
  changes: 2,
  partitions: 2,
  storedBytes: 2_000,
  events: 1,
  publishedBytes: 1_500,
};

export const measured: Measured = {
  webhooks: {
    sms,
    'large sms': sms,
    'first callback': { ...sms, units: { marker: 1, table: 2, indexes: 3 } },
    'later callback': { ...sms, units: { marker: 1, table: 2, indexes: 1 } },
    event: sms,
  },
  handler: { queueMessageBytes: 1_200, logBytes: 400, logBytesInTens: 220, units: 2 },
  metrics: { gateway: 2, handlers: 2 },
  options: {},
};

const optionFixed = { secrets: 0, keys: 0, dashboards: 0, alarmMetrics: 2 };

/** The same stage with every option that is priced, at its default schedule. */
export const stageWithOptions: StageFacts = {
  ...stage,
  options: {
    reconciliation: { fixed: { ...optionFixed, secrets: 1 }, function: aFunction, everyMinutes: 15, windowHours: 24 },
    canary: { fixed: optionFixed, function: aFunction, everyMinutes: 5 },
    fallbackLane: { fixed: optionFixed, function: aFunction },
  },
};

const nothing = { logBytes: 0, secretReads: 0, listCalls: 0, reads: 0, writeUnits: 0 };

export const measuredOptions: Measured = {
  ...measured,
  options: {
    reconciliation: {
      cycle: { ...nothing, logBytes: 300, secretReads: 1, listCalls: 2, writeUnits: 4 },
      page: { ...nothing, listCalls: 2, reads: 200, writeUnits: 2 },
      pageSize: 200,
      backfill: sms,
      metrics: 1,
    },
    canary: {
      run: { logBytes: 200, secretReads: 1, listCalls: 0, reads: 1, writeUnits: 1 },
      webhook: { ...sms, units: { marker: 0, table: 1, indexes: 0 } },
      metrics: 3,
    },
    fallbackLane: { queueMessageBytes: 1_200, logBytes: 400, webhook: sms },
  },
};
