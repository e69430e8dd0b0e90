import fc from 'fast-check';
import { batchAt, emptyReceives, fullBatches, loadOf, streamInvocations, tracedShare } from '../../../bench/cost/load';
import { sms, stage } from './stage-fixture';

const rates = fc.double({ min: 0, max: 10_000, noNaN: true });

test('a batch has at least one message and at most the batch size, and grows with the rate', () => {
  fc.assert(
    fc.property(rates, rates, (one, other) => {
      const [slow, fast] = [Math.min(one, other), Math.max(one, other)];
      const [small, large] = [batchAt({ perSecond: slow }, 10), batchAt({ perSecond: fast }, 10)];
      expect(small).toBeGreaterThanOrEqual(1);
      expect(large).toBeLessThanOrEqual(10);
      expect(large).toBeGreaterThanOrEqual(small);
    }),
  );
  expect(batchAt({ perSecond: 10 }, 10)).toBe(1);
  expect(batchAt(fullBatches(stage), 10)).toBeCloseTo(10);
});

test('without messages five pollers receive nothing every 20 seconds; with many, no receive is empty', () => {
  const month = 30.4 * 86_400;
  expect(emptyReceives({ perSecond: 0 })).toBeCloseTo((5 / 20) * month);
  expect(emptyReceives({ perSecond: 1e-9 })).toBeCloseTo((5 / 20) * month, 0);
  expect(emptyReceives({ perSecond: 100 })).toBeLessThan(1);
  fc.assert(
    fc.property(rates, (perSecond) => {
      expect(emptyReceives({ perSecond })).toBeLessThanOrEqual((5 / 20) * month + 1);
    }),
  );
});

test('the publisher runs at most once for each shard that has a change, and at least once for a full batch', () => {
  fc.assert(
    fc.property(rates, (perSecond) => {
      const runs = streamInvocations({ perSecond }, sms, 100);
      expect(runs).toBeLessThanOrEqual(sms.partitions);
      expect(runs).toBeGreaterThanOrEqual(sms.changes / 100);
    }),
  );
  expect(streamInvocations({ perSecond: 0.01 }, sms, 100)).toBeCloseTo(1.75);
});

test('X-Ray records everything below one a second, and in the end one in twenty', () => {
  expect(tracedShare(0.5)).toBe(1);
  expect(tracedShare(1)).toBe(1);
  expect(tracedShare(1e6)).toBeCloseTo(0.05);
});

test('a month of one webhook a second has a rate of one', () => {
  expect(loadOf(30.4 * 86_400).perSecond).toBeCloseTo(1);
});
