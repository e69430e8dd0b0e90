import { drillPassed } from '../../../lambda/shared/breaker/breaker-record';
import { TwilioApiError } from '../../../lambda/shared/twilio/twilio-api-error';
import { createBench } from './breaker-harness';
import { configured, firing, subaccountSid, triggerSid, usageBody, usageMessage } from './firings';

describe('a drill', () => {
  const drillMessage = usageMessage({ GatewayDrill: '1' });
  test('makes every read that a real firing makes, changes nothing, and is recorded', async () => {
    const bench = createBench();
    expect(await bench.deliver(drillMessage)).toEqual({ outcome: 'done', receives: 1 });
    expect(bench.twilio.calls.map(([method]) => method).sort()).toEqual(['accountStatus', 'liveCalls', 'usage']);
    expect(bench.row()).toMatchObject({ decision: 'drill', verdict: { detail: drillPassed } });
    expect(bench.counted).toEqual({ BreakerDrill: 1 });
    expect(bench.notices).toEqual([]);
  });

  test('does not disarm the breaker: a firing of the same day and trigger is decided and acted on', async () => {
    const bench = createBench();
    await bench.deliver(usageMessage({ GatewayDrill: '1' }, { requestId: 'drill' }));
    expect(bench.twilio.done('suspend')).toBe(0);
    expect(await bench.deliver()).toEqual({ outcome: 'done', receives: 1 });
    expect(bench.twilio.statuses.get(subaccountSid)).toBe('suspended');
    expect([...bench.rows.values()].map(({ decision }) => decision)).toEqual(['drill', 'tripped']);
    expect(bench.counted).toEqual({ BreakerDrill: 1, BreakerTripped: 1 });
  });

  test('does nothing when it is replayed, also with another token, and counts that', async () => {
    const bench = createBench();
    await bench.deliver(drillMessage);
    const asked = bench.twilio.calls.length;
    for (const [at, changes] of [{}, { IdempotencyToken: 'another' }].entries()) {
      await bench.deliver(usageMessage({ GatewayDrill: '1', ...changes }, { requestId: `replay-${at}` }));
    }
    expect(bench.twilio.calls).toHaveLength(asked);
    expect(bench.row()).toMatchObject({ decision: 'drill', replays: 2 });
    expect(bench.counted).toEqual({ BreakerDrill: 1, BreakerSuppressed: 2 });
  });

  test('rejects a drill whose date cannot be used, without asking Twilio', async () => {
    const bench = createBench();
    await bench.deliver(usageMessage({ GatewayDrill: '1', DateFired: '2031-01-01' }));
    expect(bench.twilio.calls).toEqual([]);
    expect(bench.counted).toEqual({ BreakerSuppressed: 1 });
  });

  test('asks each question once, however many triggers watch the same usage', async () => {
    const sids = Array.from({ length: 60 }, (_, at) => `UT${String(at).padStart(32, '0')}`);
    const triggers = sids.flatMap((sid) => [
      { ...configured, sid },
      { ...configured, sid, category: 'calls' },
    ]);
    const bench = createBench({ triggers });
    await bench.deliver(drillMessage);
    expect(bench.row().verdict?.detail).toBe(drillPassed);
    expect(bench.twilio.calls.map(([method]) => method).sort()).toEqual([
      'accountStatus',
      'liveCalls',
      'usage',
      'usage',
    ]);
  });

  test('never throws: a failed step is its verdict', async () => {
    const bench = createBench();
    bench.twilio.fail = (method) =>
      method === 'liveCalls' ? { when: 'before', error: new TwilioApiError(401, 20003) } : undefined;
    expect(await bench.deliver(drillMessage)).toEqual({ outcome: 'done', receives: 1 });
    expect(bench.row().verdict?.detail).toContain('401');
  });
});

describe('the row of a drill', () => {
  test('is unique: no firing of the same day and trigger has it', () => {
    const drill = firing({ GatewayDrill: '1' });
    expect(drill).toMatchObject({ isDrill: true, sortKey: `DRILL#2026-11-22#${triggerSid}` });
    expect(drill.sortKey).not.toBe(firing().sortKey);
    // Another token is the same drill: a replay could change the end of the token.
    expect(firing({ GatewayDrill: '1', IdempotencyToken: 'another' }).sortKey).toBe(drill.sortKey);
  });

  test.each(['', '0', 'false', '1&GatewayDrill=2'])('is marked by the parameter, whatever its value: %j', (value) => {
    const body = Buffer.from(`${usageBody()}&GatewayDrill=${value}`);
    expect(firing({}, { body }).isDrill).toBe(true);
  });
});
