import * as fc from 'fast-check';
import type { BreakerStore, TwilioApi } from '../../../lambda/breaker/ports';
import { breakerKey } from '../../../lambda/shared/breaker/breaker-record';
import { TwilioApiError } from '../../../lambda/shared/twilio/twilio-api-error';
import { breakerBatch, type BreakerPorts } from '../../../lambda/breaker/breaker';
import { createBatch } from '../../../lambda/shared/runtime/batch';
import { createHarness } from './breaker-harness';
import { configured, firing, now, parentSid, strangerSid, subaccountSid, usageMessage } from './firings';

const crash = new Error('the process died');

/** A store that is no longer called after a step has crashed. */
const dying =
  (steps: { left: number }) =>
  (inner: BreakerStore): BreakerStore => {
    const step = <T>(action: () => Promise<T>): Promise<T> => {
      steps.left -= 1;
      return steps.left === 0 ? Promise.reject(crash) : action();
    };
    return {
      noteReplay: (firing, signal) => step(() => inner.noteReplay(firing, signal)),
      claim: async (firing, signal) => {
        const claim = await step(() => inner.claim(firing, signal));
        if (claim.kind !== 'open') return claim;
        return {
          ...claim,
          advance: (decision, targetSid) => step(() => claim.advance(decision, targetSid)),
          decide: (verdict) => step(() => claim.decide(verdict)),
        };
      },
    };
  };

const apiMethods: readonly (keyof TwilioApi)[] = ['accountStatus', 'suspend', 'usage', 'liveCalls', 'completeCall'];

test("rejects with Twilio's status in the log line", async () => {
  const harness = createHarness();
  harness.twilio.fail = () => ({ when: 'before', error: new TwilioApiError(503, 20500) });
  expect(await harness.receive()).toBe('failed');
  expect(harness.logs[0]).toMatchObject({
    level: 'error',
    reason: 'breaker_decision',
    errorName: 'TwilioApiError',
    serviceStatus: 503,
  });
});

test('rejects a firing that another delivery works on, and does not blame its usage', async () => {
  const busy = (inner: BreakerStore): BreakerStore => ({
    ...inner,
    claim: () => Promise.resolve({ kind: 'busy' }),
  });
  const harness = createHarness({ store: busy });
  expect(await harness.receive()).toBe('failed');
  expect(harness.logs[0]).toMatchObject({ level: 'warn', errorName: 'NotYetError' });
  expect(harness.counted).toEqual({});
});

test('gives up three seconds before the function times out, so that it can still record the reason', async () => {
  jest.useFakeTimers();
  try {
    const reported: string[] = [];
    const ports: Partial<BreakerPorts> = {
      store: {
        claim: (_firing, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(crash));
          }),
        noteReplay: () => Promise.resolve(),
      },
      changeVisibility: () => Promise.resolve(),
      log: (_level, { reason }) => void reported.push(reason),
      metrics: { count: () => undefined },
    };
    const options = { stageName: 'dev', triggers: [configured], dryRun: false, retryDelaySeconds: 15 };
    // The other ports are not reached.
    const batch = createBatch(breakerBatch(ports as BreakerPorts, options));
    const record = { messageId: 'message-1', receiptHandle: 'handle-1', body: usageMessage() };
    const answer = batch({ Records: [record] } as never, { getRemainingTimeInMillis: () => 60_000 });
    await jest.advanceTimersByTimeAsync(56_999);
    expect(reported).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(await answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] });
    expect(reported).toEqual(['breaker_decision']);
  } finally {
    jest.useRealTimers();
  }
});

test('any failures, in any order, still end in one decision, a suspended account and no live call', async () => {
  const faults = fc.array(
    fc.record({
      method: fc.constantFrom(...apiMethods),
      count: fc.integer({ min: 1, max: 3 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
    { maxLength: 3 },
  );
  await fc.assert(
    fc.asyncProperty(
      faults,
      fc.integer({ min: 0, max: 8 }),
      fc.integer({ min: 0, max: 3 }),
      async (planned, dieAt, calls) => {
        const harness = createHarness({ store: dying({ left: dieAt }) });
        for (let call = 0; call < calls; call += 1) harness.twilio.live.add(`CA${call}`);
        harness.twilio.fail = (method, count) => {
          const fault = planned.find((plannedFault) => plannedFault.method === method && plannedFault.count === count);
          return fault === undefined ? undefined : { when: fault.when, error: new TwilioApiError(503, undefined) };
        };
        const { outcome } = await harness.deliver();
        expect(outcome).toBe('done');
        expect(harness.row().decision).toBe('tripped');
        expect(harness.twilio.statuses.get(subaccountSid)).toBe('suspended');
        expect([...harness.twilio.live]).toEqual([]);
        expect(harness.notices.length).toBeGreaterThanOrEqual(1);
        // A request may be repeated while the account is active; a suspended one is never suspended again.
        expect(harness.twilio.done('suspend')).toBe(1);
        expect(harness.counted['BreakerTripped']).toBe(1);
      },
    ),
    { numRuns: 200 },
  );
});

test('a redelivery of the same queue message after the verdict is not a replay', async () => {
  const harness = createHarness();
  await harness.deliver();
  expect(await harness.receive(usageMessage(), 2)).toBe('done');
  expect(harness.counted).toEqual({ BreakerTripped: 1, Duplicate: 1 });
  expect(harness.row().replays).toBe(0);
  expect(harness.logs[1]).toMatchObject({ level: 'info', duplicate: true });
});

test('two deliveries of a firing at once suspend once', async () => {
  const harness = createHarness();
  const other = usageMessage({}, { requestId: 'request-2' });
  expect(await Promise.all([harness.receive(), harness.receive(other)])).toEqual(['done', 'failed']);
  expect(await harness.receive(other, 2)).toBe('done');
  expect(harness.twilio.done('suspend')).toBe(1);
  expect(harness.counted['BreakerFailed']).toBeUndefined();
});

test('an account that an operator re-activated while calls were being ended stays active', async () => {
  const harness = createHarness();
  harness.twilio.fail = (method) => (method === 'liveCalls' ? { when: 'before', error: crash } : undefined);
  expect(await harness.deliver()).toMatchObject({ outcome: 'failed' });
  expect(harness.row().decision).toBe('suspended');
  harness.twilio.statuses.set(subaccountSid, 'active');
  harness.twilio.fail = () => undefined;
  expect(await harness.deliver()).toMatchObject({ outcome: 'done' });
  expect(harness.row().decision).toBe('rearmed');
  expect(harness.twilio.done('suspend')).toBe(1);
  expect(harness.twilio.statuses.get(subaccountSid)).toBe('active');
});

test('a notice that cannot be sent brings the firing back, and it is not suspended twice', async () => {
  const harness = createHarness();
  harness.notifyFault = new Error('the topic is not reachable');
  expect(await harness.receive()).toBe('failed');
  harness.notifyFault = undefined;
  expect(await harness.receive(usageMessage(), 2)).toBe('done');
  expect(harness.twilio.done('suspend')).toBe(1);
  expect(harness.notices).toHaveLength(1);
  expect(harness.row().decision).toBe('tripped');
});

test('rejects a suspension that Twilio accepts without effect', async () => {
  const harness = createHarness();
  harness.twilio.api.suspend = () => Promise.resolve('active');
  expect(await harness.deliver()).toMatchObject({ outcome: 'failed' });
  expect(harness.logs[0]).toMatchObject({ level: 'error', errorName: 'NoEffectError' });
});

test('rejects to count calls as ended that stay live', async () => {
  const harness = createHarness();
  harness.twilio.live.add('CA1');
  harness.twilio.api.completeCall = () => Promise.reject(new TwilioApiError(500, 20500));
  expect(await harness.deliver()).toMatchObject({ outcome: 'failed', receives: 5 });
  expect(harness.row().decision).toBe('suspended');
  expect(harness.notices).toEqual([]);
});

test('a call that ends by itself meanwhile is not an error', async () => {
  const harness = createHarness();
  harness.twilio.live.add('CA1').add('CA2');
  harness.twilio.api.completeCall = (_accountSid, callSid) => {
    harness.twilio.live.delete(callSid);
    return callSid === 'CA1' ? Promise.reject(new TwilioApiError(400, 21220)) : Promise.resolve();
  };
  expect(await harness.deliver()).toEqual({ outcome: 'done', receives: 1 });
  expect(harness.row()).toMatchObject({ decision: 'tripped', verdict: { callsEnded: 1 } });
});

describe("Twilio's usage records", () => {
  test('are asked about the target and the day of the firing, whatever UsageRecordUri says', async () => {
    const harness = createHarness();
    await harness.deliver();
    expect(harness.twilio.usageQueries).toEqual([
      {
        accountSid: subaccountSid,
        category: 'totalprice',
        by: 'price',
        days: { from: '2026-11-22', to: '2026-11-22' },
      },
    ]);
  });

  test.each([['49.999999'], [undefined], ['NaN']])(
    'rejects a firing that the usage does not confirm in three receives: %s',
    async (usage) => {
      const harness = createHarness();
      if (usage === undefined) harness.twilio.usage.clear();
      else harness.twilio.usage.set(subaccountSid, usage);
      expect(await harness.deliver()).toEqual({ outcome: 'done', receives: 3 });
      expect(harness.twilio.done('suspend')).toBe(0);
      expect(harness.row().decision).toBe('usage_not_confirmed');
      expect(harness.counted).toEqual({ BreakerRefused: 1 });
      expect(harness.logs.map(({ level }) => level)).toEqual(['warn', 'warn', 'warn']);
    },
  );

  test('confirm a firing late', async () => {
    const harness = createHarness();
    harness.twilio.usage.set(subaccountSid, '49');
    expect(await harness.receive()).toBe('failed');
    harness.twilio.usage.set(subaccountSid, '50.000000');
    expect(await harness.receive(usageMessage(), 2)).toBe('done');
    expect(harness.row().decision).toBe('tripped');
  });
});

describe('a trigger of another account', () => {
  const anyTrigger = { target: 'support', category: 'totalprice', recurring: 'daily', by: 'price' } as const;
  test.each([
    ['main_account', parentSid, anyTrigger],
    ['other_account', strangerSid, anyTrigger],
    ['other_account', strangerSid, configured],
  ])('rejects as %s, records and touches nothing', async (decision, accountSid, trigger) => {
    const harness = createHarness({ triggers: [trigger] });
    expect(await harness.deliver(usageMessage({ AccountSid: accountSid }))).toEqual({
      outcome: 'done',
      receives: 1,
    });
    expect(harness.twilio.calls).toEqual([]);
    expect(harness.row().decision).toBe(decision);
    expect(harness.counted).toEqual({ BreakerRefused: 1 });
  });
});

test('a made-up firing that waits for its confirmation does not delay a genuine one of the same trigger and day', async () => {
  const harness = createHarness();
  const madeUp = usageMessage({ CurrentValue: '999', TriggerValue: '999' }, { requestId: 'request-0' });
  expect(await harness.receive(madeUp)).toBe('failed');
  expect(await harness.deliver()).toEqual({ outcome: 'done', receives: 1 });
  expect(harness.row().decision).toBe('tripped');
  expect(await harness.receive(madeUp, 2)).toBe('done');
  expect(harness.counted).toEqual({ BreakerTripped: 1, BreakerSuppressed: 1 });
});

test('a refused firing does not hide a genuine one of the same trigger and day', async () => {
  const harness = createHarness();
  await harness.deliver(usageMessage({ UsageCategory: 'sms' }, { requestId: 'request-0' }));
  expect(harness.row().decision).toBe('unknown_trigger');
  await harness.deliver();
  expect(harness.row().decision).toBe('tripped');
});

describe('a secret that cannot be used', () => {
  test.each([
    [{ kind: 'placeholder' } as const],
    [{ kind: 'invalid', detail: 'the secret is not JSON' } as const],
    [
      {
        kind: 'ok',
        secret: {
          accountSid: parentSid,
          username: parentSid,
          password: 'x',
          subaccounts: new Map<string, string>(),
        },
      } as const,
    ],
  ])('fails, so that nothing is dropped, and names the command to run: %j', async (secret) => {
    const harness = createHarness();
    harness.secret = secret;
    expect(await harness.deliver()).toMatchObject({ outcome: 'failed' });
    expect(harness.counted).toEqual({ ConfigError: 5, BreakerFailed: 5 });
    expect(harness.logs[0]?.detail).toContain('npx twilio-webhook-gateway breaker secret');
    expect(harness.twilio.calls).toEqual([]);
  });
});

test('the breaker does nothing more if dry run is switched on between two attempts', async () => {
  const harness = createHarness({ dryRun: true });
  harness.twilio.live.add('CA1');
  const row = {
    decision: 'suspending',
    leaseUntil: now,
    requestId: 'request-1',
    owner: 'request-1',
    replays: 0,
  };
  (harness.rows as Map<string, typeof row>).set(Object.values(breakerKey(firing())).join(' '), row);
  expect(await harness.deliver()).toMatchObject({ outcome: 'done' });
  expect(harness.row().decision).toBe('dry_run');
  expect(harness.twilio.done('suspend') + harness.twilio.done('completeCall')).toBe(0);
});

describe('a message that is not a firing', () => {
  test.each([
    ['not JSON', 'x'],
    ['another kind', usageMessage({}, { kind: 'message' })],
    [
      'another account than the envelope says',
      usageMessage({ AccountSid: strangerSid }, { accountSid: subaccountSid }),
    ],
    ['no trigger', usageMessage({ UsageTriggerSid: 'UT' })],
  ])('rejects %s and sends it on to the dead-letter queue without waiting', async (_name, body) => {
    const harness = createHarness();
    expect(await harness.receive(body)).toBe('failed');
    expect(harness.delays).toEqual([0]);
    expect(harness.counted).toEqual({ PoisonEnvelope: 1, BreakerFailed: 1 });
    expect(harness.rows.size).toBe(0);
  });
});

test('neither log nor notice contains a full account SID, a token or an amount', async () => {
  const harness = createHarness();
  harness.twilio.live.add('CA1');
  await harness.deliver();
  await harness.deliver(usageMessage({ CurrentValue: 'secret-text' }, { requestId: 'request-2' }));
  const text = JSON.stringify([harness.logs, harness.notices]);
  for (const secret of [subaccountSid, parentSid, 'dummy-token', 'secret-text', '51.0']) {
    expect(text).not.toContain(secret);
  }
});
