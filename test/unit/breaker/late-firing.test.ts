import { currentPeriod, isPeriodOver, usagePeriod } from '../../../lambda/breaker/usage-period';
import { createHarness } from './breaker-harness';
import { configured, now, usageMessage } from './firings';

const crash = new Error('the process died');

describe('a firing that is dealt with after its period', () => {
  const dayLater = now + 86_400_000;
  const period = (day: string) => ({ from: day, to: day });
  /** Usage by the day that is asked. */
  const benchOf = (used: Readonly<Record<string, string>>, options: Parameters<typeof createHarness>[0] = {}) => {
    const harness = createHarness(options);
    harness.twilio.api.usage = (query) => {
      (harness.twilio.usageQueries as (typeof query)[]).push(query);
      return Promise.resolve(used[query.days?.from ?? '']);
    };
    harness.clock = dayLater;
    return harness;
  };

  test('is confirmed by the usage of the period in which it fired, and acted on if the current period is over the limit, too', async () => {
    const harness = benchOf({ '2026-11-22': '51', '2026-11-23': '50' });
    await harness.deliver();
    expect(harness.row()).toMatchObject({ decision: 'tripped', verdict: { usage: '51' } });
    expect(harness.twilio.usageQueries.map(({ days }) => days)).toEqual([period('2026-11-22'), period('2026-11-23')]);
  });

  test('is rejected as period_over if the current period is below the limit', async () => {
    const harness = benchOf({ '2026-11-22': '51', '2026-11-23': '49.999999' });
    expect(await harness.deliver()).toEqual({ outcome: 'done', receives: 1 });
    expect(harness.twilio.done('suspend')).toBe(0);
    expect(harness.row()).toMatchObject({ decision: 'period_over', verdict: { usage: '51' } });
    expect(harness.counted).toEqual({ BreakerRefused: 1 });
  });

  test('is rejected as usage_not_confirmed if its own period was below the limit, whatever is used today', async () => {
    const harness = benchOf({ '2026-11-22': '49', '2026-11-23': '500' });
    expect(await harness.deliver()).toEqual({ outcome: 'done', receives: 3 });
    expect(harness.twilio.done('suspend')).toBe(0);
    expect(harness.row().decision).toBe('usage_not_confirmed');
  });

  test('is decided by its own period alone while that is the current one, and for an hour after', async () => {
    const harness = benchOf({ '2026-11-22': '51' });
    harness.clock = Date.parse('2026-11-23T00:59:59.000Z');
    await harness.deliver();
    expect(harness.row().decision).toBe('tripped');
    expect(harness.twilio.usageQueries.map(({ days }) => days)).toEqual([period('2026-11-22')]);
  });

  test.each([
    ['50', 'tripped', 1],
    ['49', 'period_over', 0],
  ])(
    'is confirmed again if an earlier attempt could not suspend: %s used today is %s',
    async (usedToday, decision, suspended) => {
      const harness = benchOf({ '2026-11-22': '51', '2026-11-23': usedToday });
      harness.clock = now;
      harness.twilio.fail = (method) => (method === 'suspend' ? { when: 'before', error: crash } : undefined);
      expect(await harness.deliver()).toMatchObject({ outcome: 'failed' });
      expect(harness.row().decision).toBe('suspending');
      harness.clock = dayLater;
      harness.twilio.fail = () => undefined;
      expect(await harness.deliver()).toMatchObject({ outcome: 'done' });
      expect(harness.row().decision).toBe(decision);
      expect(harness.twilio.done('suspend')).toBe(suspended);
    },
  );

  test('is finished if the account was suspended in time: ends its calls and notifies', async () => {
    const harness = benchOf({ '2026-11-22': '51', '2026-11-23': '0' });
    harness.clock = now;
    harness.twilio.live.add('CA1');
    harness.twilio.fail = (method) => (method === 'liveCalls' ? { when: 'before', error: crash } : undefined);
    expect(await harness.deliver()).toMatchObject({ outcome: 'failed' });
    harness.clock = dayLater;
    harness.twilio.fail = () => undefined;
    await harness.deliver();
    expect(harness.row().decision).toBe('tripped');
    expect([...harness.twilio.live]).toEqual([]);
    expect(harness.notices).toHaveLength(1);
  });

  test('is never late for a trigger over all time', async () => {
    const trigger = { ...configured, recurring: 'alltime' } as const;
    const harness = benchOf({ '': '51' }, { triggers: [trigger] });
    harness.clock = now + 400 * 86_400_000;
    await harness.deliver(usageMessage({ Recurring: 'alltime' }));
    expect(harness.row().decision).toBe('tripped');
  });
});

describe('the period of usage', () => {
  test.each([
    ['daily', '2026-11-22', '2026-11-22T10:00Z', { from: '2026-11-22', to: '2026-11-22' }],
    ['daily', '2026-11-22', '2026-12-02T12:00Z', { from: '2026-11-22', to: '2026-11-22' }],
    ['daily', '2026-11-23', '2026-11-22T23:59Z', { from: '2026-11-23', to: '2026-11-23' }],
    ['monthly', '2026-11-22', '2026-11-22T10:00Z', { from: '2026-11-01', to: '2026-11-22' }],
    ['monthly', '2026-11-22', '2026-11-25T10:00Z', { from: '2026-11-01', to: '2026-11-25' }],
    ['monthly', '2026-11-22', '2026-12-02T12:00Z', { from: '2026-11-01', to: '2026-11-30' }],
    ['monthly', '2028-02-22', '2028-03-02T12:00Z', { from: '2028-02-01', to: '2028-02-29' }],
    ['monthly', '2026-12-22', '2027-01-02T12:00Z', { from: '2026-12-01', to: '2026-12-31' }],
    ['yearly', '2026-11-22', '2026-11-23T00:30Z', { from: '2026-01-01', to: '2026-11-23' }],
    ['yearly', '2026-11-22', '2027-02-01T00:00Z', { from: '2026-01-01', to: '2026-12-31' }],
    ['alltime', '2026-11-22', '2026-12-02T12:00Z', undefined],
    ['once', '2026-11-22', '2026-12-02T12:00Z', undefined],
  ] as const)('is the one that the trigger fired in: %s, fired on %s, seen at %s', (recurring, firedOn, now, days) => {
    expect(usagePeriod(recurring, firedOn, Date.parse(now))).toEqual(days);
  });

  test.each([
    ['daily', '2026-11-22', '2026-11-23T00:59Z', false],
    ['daily', '2026-11-22', '2026-11-23T01:00Z', true],
    ['daily', '2026-11-23', '2026-11-22T23:59Z', false],
    ['monthly', '2026-11-22', '2026-12-01T00:59Z', false],
    ['monthly', '2026-11-22', '2026-12-01T01:00Z', true],
    ['yearly', '2026-11-22', '2027-01-01T00:59Z', false],
    ['yearly', '2026-11-22', '2027-01-01T01:00Z', true],
    ['alltime', '2026-11-22', '2036-01-01T00:00Z', false],
    ['once', '2026-11-22', '2036-01-01T00:00Z', false],
  ] as const)('is over an hour after its end: %s, fired on %s, seen at %s: %s', (recurring, firedOn, now, isOver) => {
    expect(isPeriodOver(recurring, firedOn, Date.parse(now))).toBe(isOver);
  });

  test.each([
    ['daily', { from: '2026-12-02', to: '2026-12-02' }],
    ['monthly', { from: '2026-12-01', to: '2026-12-02' }],
    ['yearly', { from: '2026-01-01', to: '2026-12-02' }],
    ['alltime', undefined],
  ] as const)('is the current one up to today for a late firing: %s', (recurring, days) => {
    expect(currentPeriod(recurring, Date.parse('2026-12-02T12:00Z'))).toEqual(days);
  });
});
