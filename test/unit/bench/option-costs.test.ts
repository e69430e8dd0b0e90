import { total } from '../../../bench/cost/cost-parts';
import type { Month } from '../../../bench/cost/month';
import { backfillCost, canaryCost, laneCost, optionCosts } from '../../../bench/cost/option-costs';
import { renderReport, reportOf } from '../../../bench/cost/report';
import { webhookCost } from '../../../bench/cost/webhook-cost';
import { trickle } from '../../../bench/cost/load';
import { prices } from '../../../bench/prices';
import { measured, measuredOptions, sms, stage, stageWithOptions } from './stage-fixture';

const none: Month = { messages: 0, sent: 0, callbacks: 0, events: 0, handlers: 0, accounts: 1 };
const costs = (month: Month) => optionCosts(stageWithOptions, measuredOptions, month);

test('a stage without options pays for none', () => {
  expect(optionCosts(stage, measured, none)).toEqual({});
  expect(reportOf(stage, measured, none).options).toEqual({});
});

test('a comparison has a secret, and reads every message of the window each time', () => {
  const { reconciliation = {} } = costs(none);
  expect(reconciliation).toMatchObject({ alarms: 0.2, secrets: 0.4, 'custom metrics': 0.3, 'table reads': 0 });
  const reads = (month: Partial<Month>): number => costs({ ...none, ...month }).reconciliation?.['table reads'] ?? 0;
  // A message is in the window of 24 hours for 96 comparisons, and a message that was sent has two reads.
  expect(reads({ messages: 1e6 })).toBeCloseTo(96 * prices.dynamodbReads);
  expect(reads({ sent: 1e6 })).toBeCloseTo(2 * 96 * prices.dynamodbReads);
  expect(total(costs({ ...none, accounts: 2 }).reconciliation ?? {})).toBeGreaterThan(total(reconciliation));
});

test('a backfill costs what an SMS costs from the event queue on, and a read', () => {
  const { 'API Gateway': api = 0, ingress = 0, ...others } = webhookCost(stage, sms, trickle);
  const cost = backfillCost(stageWithOptions, measuredOptions);
  expect(cost).toMatchObject({ queue: others['queue'], indexes: others['indexes'], marker: others['marker'] });
  expect(cost['table reads']).toBe(prices.dynamodbReads);
  expect(total(cost)).toBeLessThan(total(webhookCost(stage, sms, trickle)) - api - ingress + prices.dynamodbReads);
});

test('a canary is a webhook and a run, and with a handler an event as well', () => {
  const canary = total(canaryCost(stageWithOptions, measuredOptions, 0));
  expect(canary).toBeGreaterThan(prices.httpApiRequests + prices.secretReads + 2 * prices.dynamodbWrites);
  expect(total(canaryCost(stageWithOptions, measuredOptions, 1))).toBeGreaterThan(canary + 3 * prices.sqsFifoRequests);
  const [{ canary: month = {} }, { canary: withTwo = {} }] = [costs(none), costs({ ...none, accounts: 2 })];
  // Every five minutes of 30.4 days.
  expect(total(month)).toBeCloseTo(0.2 + 3 * 0.3 + (canary * 8755.2) / 1e6);
  expect(total(withTwo) - total(month)).toBeCloseTo((canary * 8755.2) / 1e6);
});

test('a lane that is not used has alarms and empty receives; a message through it has a second queue', () => {
  const { fallbackLane = {} } = costs(none);
  expect(fallbackLane['alarms']).toBeCloseTo(0.2);
  expect(fallbackLane['idle polling']).toBeCloseTo(0.26, 1);
  const lane = laneCost(stageWithOptions, measuredOptions);
  expect(lane).toMatchObject({ 'API Gateway': prices.httpApiRequests, 'queue of the lane': 3 * prices.sqsRequests });
  expect(lane['queue']).toBeCloseTo(3 * prices.sqsRequests);
});

test('the report has a section for each option, and they are in its total', () => {
  const report = reportOf(stageWithOptions, measuredOptions, none);
  const options = Object.values(report.options).reduce((sum, parts) => sum + total(parts), 0);
  expect(report.total).toBeCloseTo(total(report.fixed) + options);
  expect(renderReport(report)).toMatch(
    /^the option reconciliation +\$.*^the option canary.*^the option fallbackLane/ms,
  );
});
