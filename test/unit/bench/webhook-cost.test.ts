import { bytesInBatches, logs, queueRequests, sum, total } from '../../../bench/cost/cost-parts';
import { fullBatches, tenPerSecond, trickle } from '../../../bench/cost/load';
import { handlerCost, offerCost, publishCost, webhookCost, webhookLogBytes } from '../../../bench/cost/webhook-cost';
import { prices } from '../../../bench/prices';
import { measured, sms, stage } from './stage-fixture';

test('an SMS at a trickle has a request to the API, three to the queue and four write units', () => {
  const costs = webhookCost(stage, sms, trickle);
  expect(costs['API Gateway']).toBe(prices.httpApiRequests);
  expect(costs['queue']).toBeCloseTo(3 * prices.sqsRequests);
  expect((costs['marker'] ?? 0) + (costs['table'] ?? 0) + (costs['indexes'] ?? 0)).toBeCloseTo(
    4 * prices.dynamodbWrites,
  );
  expect(costs['traces']).toBe(0);
});

test('full batches share receives, deletes, invocations and their lines', () => {
  const [alone, full] = [webhookCost(stage, sms, trickle), webhookCost(stage, sms, fullBatches(stage))];
  expect(full['queue']).toBeCloseTo(1.2 * prices.sqsRequests);
  expect(full['consumer']).toBeLessThan((alone['consumer'] ?? 0) / 5);
  expect(full['logs']).toBeLessThan(alone['logs'] ?? 0);
  expect(full['indexes']).toBe(alone['indexes']);
});

test('a REST API, traces and an index change exactly their part', () => {
  const ours = total(webhookCost(stage, sms, trickle));
  const rest = webhookCost({ ...stage, api: 'rest' }, sms, trickle);
  expect(total(rest) - ours).toBeCloseTo(prices.restApiRequests - prices.httpApiRequests);
  const traced = webhookCost({ ...stage, tracing: true }, sms, trickle);
  // One trace of ingress and one of the consumer.
  expect(traced['traces']).toBeCloseTo(2 * prices.xrayTraces);
  expect(webhookCost({ ...stage, tracing: true }, sms, tenPerSecond)['traces']).toBeLessThan(prices.xrayTraces);
});

test('Lambda writes no line of its own where the functions log JSON from WARN on', () => {
  const logging = { LogFormat: 'JSON', SystemLogLevel: 'WARN' } as const;
  const quiet = { ...stage, ingress: { ...stage.ingress, logging }, consumer: { ...stage.consumer, logging } };
  const bytes = webhookLogBytes(quiet, sms, trickle);
  expect(bytes).toMatchObject({ ingress: 500, consumer: 400, Lambda: 0 });
  expect(webhookLogBytes({ ...quiet, accessLogFormat: '' }, sms, trickle)['access log']).toBe(0);
  const all = Object.values(bytes).reduce((sumOf, count) => sumOf + count, 0);
  expect(webhookCost(quiet, sms, trickle)['logs']).toBeCloseTo(logs(all));
});

test('an event is published, offered and handled with two writes; by conversation always one at a time', () => {
  const publish = publishCost(stage, sms, trickle);
  expect(publish['SNS publish']).toBeCloseTo(prices.snsFifoPublishes + 1.5 * prices.snsFifoPublishedGigabyte);
  expect(total(offerCost(sms))).toBeCloseTo(prices.snsFifoDeliveries + 1.5 * prices.snsFifoDeliveredGigabyte);
  const full = fullBatches(stage);
  const ordered = handlerCost(stage, measured.handler, full, 'conversation');
  const unordered = handlerCost(stage, measured.handler, full, 'none');
  expect(ordered['handled events']).toBeCloseTo(2 * prices.dynamodbWrites);
  expect(ordered['queue of the handler']).toBeCloseTo(3 * prices.sqsFifoRequests);
  expect(unordered['queue of the handler']).toBeCloseTo(1.2 * prices.sqsRequests);
  expect(publishCost(stage, sms, full)['SNS publish']).toBeLessThan((publish['SNS publish'] ?? 0) / 5);
});

test('parts add up by name', () => {
  expect(sum({ logs: 1, queue: 2 }, { logs: 3 })).toEqual({ logs: 4, queue: 2 });
  expect(bytesInBatches(400, 220, 1)).toBeCloseTo(400);
  expect(bytesInBatches(400, 220, 10)).toBeCloseTo(220);
  // A message of 65 kB is two requests.
  expect(queueRequests(65_000, 1)).toBe(3);
  expect(queueRequests(65_537, 1)).toBe(5);
});
