import { leftForIngress, stageRate, drainRate, assumed, newTableRate } from '../../cli/doctor/capacity-model';
import { limitsOfTemplate } from '../../cli/doctor/deployed-limits';
import type { RegisterHandlers } from '../../lib/handlers';
import type { StageOptions } from '../../lib/stage/stage-options';
import { synthesizeTemplate } from './checks/template';

/** A new AWS account. */
const unreserved = 10;

const handlers =
  (count: number): RegisterHandlers =>
  (stack) => {
    for (let at = 1; at <= count; at += 1)
      stack.onMessage(`Handler${at}`, { entry: 'handlers/examples/auto-reply.ts' });
  };

/** What the template of a stage with the default options allows, in a new account. */
const capacityOf = (options: StageOptions, count: number) => {
  const limits = limitsOfTemplate(JSON.stringify(synthesizeTemplate('dev', options, handlers(count)).template), '');
  if (limits === undefined) throw new Error('The template has no consumer.');
  const { consumerMaxConcurrency, others, asksForReplies, throttleRate } = limits;
  const background = others.reduce((sum, { maxConcurrency }) => sum + maxConcurrency, consumerMaxConcurrency);
  return { limits, capacity: { unreserved, background, asksForReplies, throttleRate } };
};

describe('the defaults in an account with ten concurrent executions', () => {
  test('leave eight for ingress, which then accepts what Lambda allows the account', () => {
    const { limits, capacity } = capacityOf({}, 0);
    expect(limits).toEqual({
      batchSize: 10,
      consumerMaxConcurrency: 2,
      others: [],
      throttleRate: 2_000,
      asksForReplies: false,
    });
    expect(leftForIngress(capacity)).toBe(8);
    expect(stageRate(capacity)).toEqual({ perSecond: 100, limit: 'requests' });
  });

  test('leave two for ingress with a handler, while everything runs at once', () => {
    const { limits, capacity } = capacityOf({}, 1);
    expect(limits.others).toEqual([
      { name: 'publisher', maxConcurrency: 4 },
      { name: 'handler Handler1', maxConcurrency: 2 },
    ]);
    expect(leftForIngress(capacity)).toBe(2);
  });

  test('store more than is accepted, and no more than a new table takes', () => {
    const { limits, capacity } = capacityOf({}, 0);
    const { batchSize, consumerMaxConcurrency: maxConcurrency } = limits;
    const drain = drainRate({ batchSize, maxConcurrency, batchSeconds: assumed.batchSeconds });
    expect(drain).toBeGreaterThan(stageRate(capacity).perSecond);
    expect(drain).toBeLessThan(newTableRate('statusCallback'));
  });
});

test('the limits of a stage with a circuit breaker and its own throttle are read from its template', () => {
  const { limits } = capacityOf(
    {
      consumerMaxConcurrency: 7,
      throttle: { rateLimit: 300, burstLimit: 300 },
      breaker: { triggers: [{ target: 'main', category: 'totalprice', recurring: 'daily', by: 'price' }] },
    },
    0,
  );
  expect(limits).toMatchObject({
    consumerMaxConcurrency: 7,
    throttleRate: 300,
    others: [{ name: 'breaker', maxConcurrency: 2 }],
  });
});
