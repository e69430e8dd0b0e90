import fc from 'fast-check';
import { total } from '../../../bench/cost/cost-parts';
import { fixedCosts, storageOf, variableCosts, webhookCount, type Month } from '../../../bench/cost/month';
import { renderReport, reportOf } from '../../../bench/cost/report';
import { measured, stage } from './stage-fixture';

const none: Month = { messages: 0, sent: 0, callbacks: 0, events: 0, handlers: 0, accounts: 1 };
const counts = fc.nat({ max: 10_000_000 });

test('a month has the first callback of each message that is sent, and the later ones', () => {
  expect(webhookCount({ ...none, messages: 10, sent: 5, callbacks: 3, events: 2 })).toBe(10 + 15 + 2);
  expect(webhookCount({ ...none, sent: 5 })).toBe(0);
});

test('a month in which nothing arrives costs what the stage costs', () => {
  expect(total(variableCosts(stage, measured, none))).toBe(0);
  expect(fixedCosts(stage, measured, none)).toMatchObject({
    alarms: 2,
    dashboard: 3,
    'KMS keys': 1,
    secrets: 0.4,
    'secret reads': 0,
  });
  expect(fixedCosts(stage, measured, { ...none, accounts: 3 })['secrets']).toBeCloseTo(1.2);
});

test('a handler costs its alarms, metrics and idle polling, and the first one those of the publisher', () => {
  const of = (handlers: number) => fixedCosts(stage, measured, { ...none, handlers });
  expect(of(1)['alarms']).toBeCloseTo(2 + 0.4 + 0.3);
  expect(of(2)['alarms']).toBeCloseTo(2 + 0.4 + 0.6);
  expect((of(2)['custom metrics'] ?? 0) - (of(1)['custom metrics'] ?? 0)).toBeCloseTo(0.3);
  expect(of(1)['idle polling']).toBeGreaterThan(of(0)['idle polling'] ?? 0);
});

test('nothing is published without a handler', () => {
  const month = { ...none, messages: 1_000 };
  expect(variableCosts(stage, measured, month)).not.toHaveProperty('SNS publish');
  expect(variableCosts(stage, measured, { ...month, handlers: 1 })).toHaveProperty('SNS publish');
});

test('more webhooks never cost less, and a million times as many cost at most as much each', () => {
  fc.assert(
    fc.property(counts, counts, fc.nat({ max: 5 }), (one, other, callbacks) => {
      const cost = (messages: number): number =>
        total(variableCosts(stage, measured, { ...none, messages, sent: messages, callbacks, handlers: 1 }));
      const [few, many] = [Math.min(one, other), Math.max(one, other)];
      expect(cost(many)).toBeGreaterThanOrEqual(cost(few) - 1e-9);
      if (few > 0) expect(cost(many) / many).toBeLessThanOrEqual(cost(few) / few + 1e-9);
    }),
  );
});

test('the report adds everything up, and says how the kept data grows', () => {
  const month = { ...none, messages: 100_000, sent: 100_000, callbacks: 3, handlers: 1 };
  const report = reportOf(stage, measured, month);
  expect(report.total).toBeCloseTo(total(report.variable) + total(report.fixed) + storageOf(measured, month).cost);
  expect(report.webhooks).toBe(400_000);
  expect(report.quotedPrices).toContain('alarmMetrics');
  const text = renderReport(report);
  expect(text).toContain('400,000 webhooks a month: 100,000 incoming messages, 100,000 first status callbacks');
  expect(text).toContain(`$${report.total.toFixed(2)}`);
  expect(text).toMatch(/after a year, keeping it costs \$4\.32 a month/);
  expect(text.split('\n').every((line) => line.length <= 120)).toBe(true);
});

test('the report of a month without webhooks says none', () => {
  expect(renderReport(reportOf(stage, measured, none))).toContain('0 webhooks a month: none');
});
