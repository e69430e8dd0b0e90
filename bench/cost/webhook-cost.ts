import { assumed, prices } from '../prices';
import { bytesInBatches, invocations, logs, queueRequests, waiting, type Costs } from './cost-parts';
import { batchAt, streamInvocations, tracedShare, type Load } from './load';
import { accessLogLine, eventBytes, linesBytes, platformLines, type LoggingConfig } from './log-size';
import type { HandlerFacts } from './measure/measure';
import type { WebhookFacts } from './measure/webhook-facts';
import type { StageFacts } from './stage-facts';

/** Bytes of the lines that Lambda writes for an invocation. */
const platformBytes = (logging: LoggingConfig | undefined, stage: StageFacts): number =>
  linesBytes(platformLines(logging, stage.tracing));

const traces = (stage: StageFacts, perSecond: number): number =>
  stage.tracing ? prices.xrayTraces * tracedShare(perSecond) : 0;

/** Bytes of all log lines of a webhook until it is stored. */
export const webhookLogBytes = (stage: StageFacts, webhook: WebhookFacts, load: Load) => {
  const batch = batchAt(load, stage.batchSizes.consumer);
  const { alone, inFullBatches } = webhook;
  return {
    'access log': stage.accessLogFormat === '' ? 0 : eventBytes(accessLogLine(stage.accessLogFormat)),
    ingress: webhook.ingressLogBytes,
    consumer: bytesInBatches(alone.consumerLogBytes, inFullBatches.consumerLogBytes, batch),
    Lambda: platformBytes(stage.ingress.logging, stage) + platformBytes(stage.consumer.logging, stage) / batch,
  };
};

/** Dollars for a million webhooks that are accepted and stored, without what costs the same in every month. */
export const webhookCost = (stage: StageFacts, webhook: WebhookFacts, load: Load): Costs => {
  const { perSecond } = load;
  const batch = batchAt(load, stage.batchSizes.consumer);
  const { ingressMs, coldStartMs, coldShare, consumerBaseMs, consumerRecordMs } = assumed;
  const logBytes = Object.values(webhookLogBytes(stage, webhook, load)).reduce((sum, bytes) => sum + bytes, 0);
  return {
    'API Gateway': stage.api === 'http' ? prices.httpApiRequests : prices.restApiRequests,
    ingress: invocations(stage.ingress, ingressMs * (1 - coldShare) + coldStartMs * coldShare),
    queue: prices.sqsRequests * queueRequests(webhook.queueMessageBytes, batch),
    consumer: invocations(stage.consumer, consumerBaseMs + consumerRecordMs * batch) / batch,
    marker: prices.dynamodbWrites * webhook.units.marker,
    table: prices.dynamodbWrites * webhook.units.table,
    indexes: prices.dynamodbWrites * webhook.units.indexes,
    logs: logs(logBytes),
    // A trace of ingress, and one of each batch, which is linked with it:
    // https://docs.aws.amazon.com/xray/latest/devguide/xray-tracelinking.html
    traces: traces(stage, perSecond) + traces(stage, perSecond / batch) / batch,
  };
};

/** Dollars for a million webhooks whose events are published. Lambda reads a stream free of charge. */
export const publishCost = (stage: StageFacts, webhook: WebhookFacts, load: Load): Costs => {
  const runs = streamInvocations(load, webhook, stage.batchSizes.publisher);
  // An invocation that gets no event writes no line of its own.
  const runsWithEvents = Math.min(1, runs);
  const publishes = Math.max(webhook.inFullBatches.publishes, webhook.alone.publishes * runsWithEvents);
  const { publisher } = stage;
  const ms = waiting(publishes / runs, assumed.publisherRecordMs, webhook.changes / runs);
  const lineBytes = bytesInBatches(
    webhook.alone.publisherLogBytes,
    webhook.inFullBatches.publisherLogBytes,
    1 / runsWithEvents,
  );
  return {
    publisher: invocations(publisher, ms) * runs,
    'SNS publish':
      prices.snsFifoPublishes * publishes + prices.snsFifoPublishedGigabyte * (webhook.publishedBytes / 1000),
    logs: logs(lineBytes + platformBytes(publisher.logging, stage) * runs),
    traces: traces(stage, load.perSecond * runs) * runs,
  };
};

/** Dollars for the copies of a million webhooks' events that SNS offers to one subscription. */
export const offerCost = ({ events, publishedBytes }: WebhookFacts): Costs => ({
  'SNS delivery': prices.snsFifoDeliveries * events + prices.snsFifoDeliveredGigabyte * (publishedBytes / 1000),
});

export type Ordering = 'conversation' | 'none';

/** Dollars for a million events that a handler gets and that it does nothing with. */
export const handlerCost = (stage: StageFacts, facts: HandlerFacts, load: Load, ordering: Ordering): Costs => {
  // By conversation, a handler gets one event at a time.
  const batch = ordering === 'none' ? batchAt(load, 10) : stage.batchSizes.handler;
  const price = ordering === 'none' ? prices.sqsRequests : prices.sqsFifoRequests;
  const { handler } = stage;
  // The events of a batch are claimed at the same time, and then recorded.
  const ms = waiting(2, assumed.handlerRecordMs, batch);
  const lineBytes = bytesInBatches(facts.logBytes, facts.logBytesInTens, batch);
  return {
    'queue of the handler': price * queueRequests(facts.queueMessageBytes, batch),
    handler: invocations(handler, ms) / batch,
    'handled events': prices.dynamodbWrites * facts.units,
    logs: logs(lineBytes + platformBytes(handler.logging, stage) / batch),
    traces: traces(stage, load.perSecond / batch) / batch,
  };
};

/** Dollars for a million replies: the handler waits for Twilio, whose own price is extra. */
export const replyCost = ({ handler }: StageFacts): number =>
  invocations(handler, assumed.twilioCallMs) - invocations(handler, 0);
