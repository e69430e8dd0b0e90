import { drillPassed } from '../../../lambda/shared/breaker/breaker-record';
import { TwilioApiError } from '../../../lambda/shared/twilio/twilio-api-error';
import { createHarness } from './breaker-harness';
import { configured, firing, subaccountSid, triggerSid, usageBody, usageMessage } from './firings';

describe('a drill', () => {
  const drillMessage = usageMessage({ GatewayDrill: '1' });
  test('makes every read that a real firing makes, changes nothing, and is recorded', async () => {
    const harness = createHarness();
    expect(await harness.deliver(drillMessage)).toEqual({ outcome: 'done', receives: 1 });
    expect(harness.twilio.calls.map(([method]) => method).sort()).toEqual(['accountStatus', 'liveCalls', 'usage']);
    expect(harness.row()).toMatchObject({ decision: 'drill', verdict: { detail: drillPassed } });
    expect(harness.counted).toEqual({ BreakerDrill: 1 });
    expect(harness.notices).toEqual([]);
  });

  test('does not disarm the breaker: a firing of the same day and trigger is decided and acted on', async () => {
    const harness = createHarness();
    await harness.deliver(usageMessage({ GatewayDrill: '1' }, { requestId: 'drill' }));
    expect(harness.twilio.done('suspend')).toBe(0);
    expect(await harness.deliver()).toEqual({ outcome: 'done', receives: 1 });
    expect(harness.twilio.statuses.get(subaccountSid)).toBe('suspended');
    expect([...harness.rows.values()].map(({ decision }) => decision)).toEqual(['drill', 'tripped']);
    expect(harness.counted).toEqual({ BreakerDrill: 1, BreakerTripped: 1 });
  });

  test('does nothing when it is replayed, also with another token, and counts that', async () => {
    const harness = createHarness();
    await harness.deliver(drillMessage);
    const asked = harness.twilio.calls.length;
    for (const [at, changes] of [{}, { IdempotencyToken: 'another' }].entries()) {
      await harness.deliver(usageMessage({ GatewayDrill: '1', ...changes }, { requestId: `replay-${at}` }));
    }
    expect(harness.twilio.calls).toHaveLength(asked);
    expect(harness.row()).toMatchObject({ decision: 'drill', replays: 2 });
    expect(harness.counted).toEqual({ BreakerDrill: 1, BreakerSuppressed: 2 });
  });

  test('rejects a drill whose date cannot be used, without asking Twilio', async () => {
    const harness = createHarness();
    await harness.deliver(usageMessage({ GatewayDrill: '1', DateFired: '2031-01-01' }));
    expect(harness.twilio.calls).toEqual([]);
    expect(harness.counted).toEqual({ BreakerSuppressed: 1 });
  });

  test('asks each question once, however many triggers watch the same usage', async () => {
    const sids = Array.from({ length: 60 }, (_, at) => `UT${String(at).padStart(32, '0')}`);
    const triggers = sids.flatMap((sid) => [
      { ...configured, sid },
      { ...configured, sid, category: 'calls' },
    ]);
    const harness = createHarness({ triggers });
    await harness.deliver(drillMessage);
    expect(harness.row().verdict?.detail).toBe(drillPassed);
    expect(harness.twilio.calls.map(([method]) => method).sort()).toEqual([
      'accountStatus',
      'liveCalls',
      'usage',
      'usage',
    ]);
  });

  test('never throws: a failed step is its verdict', async () => {
    const harness = createHarness();
    harness.twilio.fail = (method) =>
      method === 'liveCalls' ? { when: 'before', error: new TwilioApiError(401, 20003) } : undefined;
    expect(await harness.deliver(drillMessage)).toEqual({ outcome: 'done', receives: 1 });
    expect(harness.row().verdict?.detail).toContain('401');
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
