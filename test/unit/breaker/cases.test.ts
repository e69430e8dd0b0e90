import { TwilioApiError } from '../../../lambda/shared/twilio/twilio-api-error';
import { createTestIngress, usage, webhookEvent } from '../ingress/fakes';
import { createHarness } from './breaker-harness';
import { configured, parentSid, subaccountSid, unknownTriggerSid, usageMessage } from './firings';

/** Area `breaker` of the adversarial cases, by id. */

const timeout = Object.assign(new Error('no answer'), { name: 'TimeoutError' });

test('BRK-OK: suspends the configured subaccount once, ends its live calls, records it and notifies', async () => {
  const harness = createHarness();
  harness.twilio.live.add('CA1').add('CA2');
  expect(await harness.deliver()).toEqual({ outcome: 'done', receives: 1 });
  expect(harness.twilio.done('suspend')).toBe(1);
  expect(harness.twilio.statuses.get(subaccountSid)).toBe('suspended');
  expect([...harness.twilio.live]).toEqual([]);
  expect(harness.row()).toMatchObject({
    decision: 'tripped',
    verdict: { targetSid: subaccountSid, usage: '51.000000', callsEnded: 2 },
  });
  expect(harness.logs).toEqual([
    expect.objectContaining({ level: 'error', reason: 'breaker_tripped', requestId: 'request-1' }),
  ]);
  expect(harness.counted).toEqual({ BreakerTripped: 1 });
  expect(harness.notices).toHaveLength(1);
  expect(harness.notices[0]?.subject).toMatch(/^[\x20-\x7e]{1,100}$/);
  expect(harness.notices[0]?.text).toContain('npx twilio-webhook-gateway breaker rearm support --stage dev');
});

test('BRK-OK: a trigger of the parent account that is configured by its SID stops its subaccount', async () => {
  const harness = createHarness();
  await harness.deliver(usageMessage({ AccountSid: parentSid }));
  expect(harness.twilio.statuses.get(subaccountSid)).toBe('suspended');
  expect(harness.row().decision).toBe('tripped');
});

test('rejects BRK-UNSIGNED: an unsigned usage trigger is answered 403 and reaches no queue', async () => {
  const { ingress, published } = createTestIngress();
  for (const signature of [undefined, 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=']) {
    const event = webhookEvent({
      route: 'usage',
      fields: usage,
      headers: { 'x-twilio-signature': signature },
    });
    expect(await ingress(event)).toMatchObject({ statusCode: 403 });
  }
  expect(published).toEqual([]);
});

test('rejects BRK-UNKNOWNSID: records and alarms, and touches nothing', async () => {
  const harness = createHarness();
  expect(await harness.deliver(usageMessage({ UsageTriggerSid: unknownTriggerSid }))).toMatchObject({
    outcome: 'done',
  });
  expect(harness.twilio.calls).toEqual([]);
  expect(harness.row().decision).toBe('unknown_trigger');
  expect(harness.logs).toMatchObject([{ level: 'warn', reason: 'breaker_decision' }]);
  expect(harness.counted).toEqual({ BreakerRefused: 1 });
});

test('rejects BRK-REPLAY: after an operator re-activated the account, the same firing does not suspend it again', async () => {
  const harness = createHarness();
  await harness.deliver();
  harness.twilio.statuses.set(subaccountSid, 'active');
  const replays = [
    usageMessage({}, { requestId: 'request-2' }),
    usageMessage({ IdempotencyToken: 'another' }, { requestId: 'request-3' }),
    usageMessage({ DateFired: 'Sun, 22 Nov 2026 23:59:59 +0000' }, { requestId: 'request-4' }),
  ];
  for (const replay of replays) expect(await harness.deliver(replay)).toEqual({ outcome: 'done', receives: 1 });
  expect(harness.twilio.done('suspend')).toBe(1);
  expect(harness.twilio.statuses.get(subaccountSid)).toBe('active');
  expect(harness.row()).toMatchObject({ decision: 'tripped', replays: 3 });
  expect(harness.logs.slice(1)).toEqual(
    replays.map(
      () => expect.objectContaining({ level: 'error', reason: 'breaker_decision', duplicate: true }) as unknown,
    ),
  );
  expect(harness.counted).toEqual({ BreakerTripped: 1, BreakerSuppressed: 3 });
});

describe('BRK-VALUE', () => {
  const values: readonly (readonly [string, Readonly<Record<string, string | undefined>>])[] = [
    ['below_threshold', { CurrentValue: '49.999999' }],
    ['invalid_values', { CurrentValue: 'NaN' }],
    ['invalid_values', { CurrentValue: '1e309' }],
    ['invalid_values', { CurrentValue: '-51' }],
    ['invalid_values', { CurrentValue: '51,00' }],
    ['invalid_values', { CurrentValue: 'Infinity' }],
    ['invalid_values', { CurrentValue: undefined }],
    ['invalid_values', { CurrentValue: '' }],
    ['invalid_values', { TriggerValue: '0' }],
    ['invalid_values', { TriggerValue: '+50' }],
    ['invalid_values', { TriggerValue: 'NaN' }],
  ];
  test.each(values)('rejects BRK-VALUE as %s: %j', async (decision, changes) => {
    const harness = createHarness();
    expect(await harness.deliver(usageMessage(changes))).toEqual({ outcome: 'done', receives: 1 });
    expect(harness.twilio.calls).toEqual([]);
    expect(harness.notices).toEqual([]);
    expect(harness.row().decision).toBe(decision);
    expect(harness.logs).toMatchObject([{ level: 'warn', reason: 'breaker_decision' }]);
    expect(harness.counted).toEqual({ BreakerRefused: 1 });
  });
});

describe('BRK-API5XX', () => {
  const faults: readonly (readonly [string, Error])[] = [
    ['500', new TwilioApiError(500, 20500)],
    ['429', new TwilioApiError(429, 20429)],
    ['a timeout', timeout],
  ];
  test.each(faults)(
    'rejects: %s while suspending is retried with back-off until the dead-letter queue',
    async (_name, error) => {
      const harness = createHarness();
      harness.twilio.fail = (method) => (method === 'suspend' ? { when: 'before', error } : undefined);
      expect(await harness.deliver()).toEqual({ outcome: 'failed', receives: 5 });
      expect(harness.delays).toEqual([15, 60, 240, 960, 0]);
      expect(harness.twilio.statuses.get(subaccountSid)).toBe('active');
      expect(harness.row()).toMatchObject({ decision: 'suspending', fault: expect.any(String) as unknown });
      expect(harness.logs).toHaveLength(5);
      for (const line of harness.logs) {
        expect(line).toMatchObject({ level: 'error', reason: 'breaker_decision', errorName: error.name });
      }
      expect(harness.counted).toEqual({ BreakerFailed: 5 });
      expect(harness.notices).toEqual([]);

      // Redriven from the dead-letter queue when Twilio is well again.
      harness.twilio.fail = () => undefined;
      expect(await harness.deliver()).toEqual({ outcome: 'done', receives: 1 });
      expect(harness.row().decision).toBe('tripped');
    },
  );

  test.each(faults)(
    '%s after the suspension took place is found out by reading back, and counts as success',
    async (_name, error) => {
      const harness = createHarness();
      harness.twilio.fail = (method) => (method === 'suspend' ? { when: 'after', error } : undefined);
      expect(await harness.deliver()).toEqual({ outcome: 'done', receives: 1 });
      expect(harness.twilio.done('suspend')).toBe(1);
      expect(harness.row().decision).toBe('tripped');
    },
  );

  test('rejects when reading back fails too, and the next attempt recognizes its own suspension', async () => {
    const harness = createHarness();
    harness.twilio.fail = (method, count) => {
      if (method === 'suspend') return { when: 'after', error: timeout };
      return method === 'accountStatus' && count === 2 ? { when: 'before', error: timeout } : undefined;
    };
    expect(await harness.deliver()).toEqual({ outcome: 'done', receives: 2 });
    expect(harness.twilio.done('suspend')).toBe(1);
    expect(harness.row().decision).toBe('tripped');
    expect(harness.notices).toHaveLength(1);
  });
});

test.each(['suspended', 'closed'] as const)(
  'BRK-ALREADY: an account that is %s is success, and nothing is done',
  async (status) => {
    const harness = createHarness();
    harness.twilio.statuses.set(subaccountSid, status);
    harness.twilio.live.add('CA1');
    expect(await harness.deliver()).toEqual({ outcome: 'done', receives: 1 });
    expect(harness.twilio.done('suspend') + harness.twilio.done('completeCall')).toBe(0);
    expect(harness.row().decision).toBe(`already_${status}`);
    expect(harness.logs).toMatchObject([{ level: 'warn', reason: 'breaker_decision' }]);
    expect(harness.counted).toEqual({ BreakerAlreadyStopped: 1 });
  },
);

test('BRK-DRYRUN: reports what it would have done, and does nothing', async () => {
  const harness = createHarness({ dryRun: true, triggers: [configured] });
  harness.twilio.live.add('CA1');
  expect(await harness.deliver()).toEqual({ outcome: 'done', receives: 1 });
  expect(harness.twilio.done('suspend') + harness.twilio.done('completeCall')).toBe(0);
  expect(harness.twilio.statuses.get(subaccountSid)).toBe('active');
  expect(harness.row()).toMatchObject({ decision: 'dry_run', verdict: { targetSid: subaccountSid } });
  expect(harness.logs).toMatchObject([
    { reason: 'breaker_decision', detail: 'dry_run: would have suspended it and ended its live calls' },
  ]);
  expect(harness.notices[0]?.subject).toContain('dry run');
});
