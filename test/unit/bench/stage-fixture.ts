import type { Measured, WebhookFacts } from '../../../bench/cost/measure/measure';
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
};
