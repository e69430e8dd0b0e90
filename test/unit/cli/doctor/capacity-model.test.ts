import fc from 'fast-check';
import {
  acceptedRate,
  assumed,
  awsLimits,
  backlogAfter,
  busyEnvironments,
  drainRate,
  drainSeconds,
  leftForIngress,
  newTableRate,
  refusedShare,
  stageRate,
} from '../../../../cli/doctor/capacity-model';

const environments = fc.integer({ min: 1, max: 200 });
const rate = fc.double({ min: 0.01, max: 5_000, noNaN: true });
const seconds = fc.double({ min: 0.001, max: 10, noNaN: true });

describe('the share of webhooks that find no free environment', () => {
  it.each([
    // Erlang's published tables: servers, load, share.
    [1, 1, 0.5],
    [2, 1, 0.2],
    [5, 1.36, 0.01],
    [10, 4.46, 0.01],
    [20, 9.41, 0.001],
  ])('is that of the tables for %i environments and a load of %d', (count, load, share) => {
    expect(refusedShare(count, load, 1)).toBeCloseTo(share, 3);
  });

  it('is a share, grows with the rate, and falls with each environment', () => {
    fc.assert(
      fc.property(environments, rate, seconds, (count, perSecond, duration) => {
        const refused = refusedShare(count, perSecond, duration);
        expect(refused).toBeGreaterThanOrEqual(0);
        expect(refused).toBeLessThanOrEqual(1);
        expect(refusedShare(count, perSecond * 1.1, duration)).toBeGreaterThanOrEqual(refused);
        expect(refusedShare(count + 1, perSecond, duration)).toBeLessThanOrEqual(refused);
      }),
    );
  });

  it('depends on rate and duration only by the executions that they keep busy', () => {
    fc.assert(
      fc.property(environments, rate, seconds, (count, perSecond, duration) => {
        const load = busyEnvironments(perSecond, duration);
        expect(refusedShare(count, load, 1)).toBeCloseTo(refusedShare(count, perSecond, duration), 9);
      }),
    );
  });
});

describe('the accepted rate', () => {
  it('refuses one of a thousand, keeps fewer environments busy than there are, and grows with them', () => {
    fc.assert(
      fc.property(environments, seconds, (count, duration) => {
        const accepted = acceptedRate(count, duration);
        expect(refusedShare(count, accepted, duration)).toBeCloseTo(0.001, 4);
        expect(busyEnvironments(accepted, duration)).toBeLessThan(count);
        expect(acceptedRate(count + 1, duration)).toBeGreaterThan(accepted);
      }),
    );
  });

  it('is nothing without an environment', () => {
    expect(acceptedRate(0, assumed.ingressSeconds)).toBe(0);
  });
});

describe('a burst', () => {
  it('leaves what arrived less what was taken, never less than nothing', () => {
    fc.assert(
      fc.property(rate, seconds, rate, (perSecond, duration, drain) => {
        const backlog = backlogAfter(perSecond, duration, drain);
        expect(backlog).toBeGreaterThanOrEqual(0);
        expect(backlog).toBeCloseTo(Math.max(0, perSecond * duration - drain * duration), 6);
      }),
    );
  });

  it('of five times the drain rate takes four times as long to drain as it lasted', () => {
    fc.assert(
      fc.property(rate, seconds, (drain, duration) => {
        const backlog = backlogAfter(5 * drain, duration, drain);
        expect(drainSeconds(backlog, drain) / duration).toBeCloseTo(4, 6);
      }),
    );
  });

  it('never drains while as many arrive, and takes longer while any do', () => {
    expect(drainSeconds(100, 10, 10)).toBe(Infinity);
    expect(drainSeconds(100, 10, 5)).toBe(20);
    expect(drainSeconds(100, 10)).toBe(10);
    expect(drainSeconds(0, 10, 20)).toBe(0);
  });

  it('drains in proportion to batches and their size, and inversely to their time', () => {
    fc.assert(
      fc.property(environments, environments, seconds, (batchSize, maxConcurrency, batchSeconds) => {
        const drain = drainRate({ batchSize, maxConcurrency, batchSeconds });
        expect(drain * batchSeconds).toBeCloseTo(batchSize * maxConcurrency, 6);
      }),
    );
  });
});

describe('what a stage accepts', () => {
  const stage = { unreserved: 1_000, background: 2, asksForReplies: false, throttleRate: 2_000 };

  it.each([
    ['the throttle of an account with the usual quota', stage, 2_000, 'throttle'],
    ['ten requests for each execution of a new account', { ...stage, unreserved: 10 }, 100, 'requests'],
    ['what a larger consumer leaves of a new account', { ...stage, unreserved: 10, background: 5 }, 49, 'concurrency'],
    ['nothing if nothing is left', { ...stage, unreserved: 10, background: 10 }, 0, 'concurrency'],
    [
      'half the executions if each waits for a reply',
      { ...stage, unreserved: 10, asksForReplies: true },
      28,
      'concurrency',
    ],
    [
      'half the requests if each asks for a reply',
      { ...stage, unreserved: 100, asksForReplies: true },
      500,
      'requests',
    ],
    ['what is reserved', { ...stage, unreserved: 10, reservedForIngress: 4 }, 28, 'concurrency'],
    ['ten requests for each execution that is reserved', { ...stage, reservedForIngress: 100 }, 1_000, 'requests'],
    [
      'what the account allows, where the API is not its own',
      { ...stage, throttleRate: undefined },
      10_000,
      'requests',
    ],
  ] as const)('is %s', (_what, capacity, perSecond, limit) => {
    expect(stageRate(capacity)).toEqual({ perSecond, limit });
  });

  it('never exceeds a limit, and never falls if the account gets more', () => {
    fc.assert(
      fc.property(
        fc.nat(2_000),
        fc.nat(100),
        fc.integer({ min: 100, max: 10_000 }),
        (unreserved, background, throttle) => {
          const capacity = { unreserved, background, asksForReplies: false, throttleRate: throttle };
          const { perSecond } = stageRate(capacity);
          expect(perSecond).toBeLessThanOrEqual(Math.min(throttle, unreserved * awsLimits.requestsPerExecution));
          expect(leftForIngress(capacity)).toBe(Math.max(0, unreserved - background));
          expect(stageRate({ ...capacity, unreserved: unreserved + 10 }).perSecond).toBeGreaterThanOrEqual(perSecond);
        },
      ),
    );
  });
});

it('a new table takes more status callbacks than the default consumer stores, even in 40 ms a batch', () => {
  expect(newTableRate('message')).toBe(2_000);
  expect(newTableRate('statusCallback')).toBe(1_333);
  const fastest = drainRate({ batchSize: 10, maxConcurrency: 2, batchSeconds: 0.04 });
  expect(fastest).toBeLessThan(newTableRate('statusCallback'));
});
