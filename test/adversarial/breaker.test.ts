import { addSpendingSubaccount, breakerOf, putBreakerSecret, suspensions } from '../helpers/breaker-fixture';
import { stageAssembly, type StageAssembly } from '../helpers/stage-assembly';
import { startTwilioDouble, type TwilioDouble } from '../helpers/twilio-double';
import { usageForm, type Form } from '../helpers/webhooks';
import type { AdversarialCase } from './support/cases';
import type { Edge, EdgeOptions } from './support/test-gateway';
import type { Item } from './support/effects';
import type { LogLine } from './support/edge-log';
import { eventually } from './support/eventually';
import { acceptedBecause, expectAnswer } from './support/outcome';
import { runCases, withEdge } from './support/run-cases';
import type { Exchange } from './support/sender';

// Five attempts, each of which waits for a Twilio that does not answer.
jest.setTimeout(120_000);

const unknownTriggerSid = `UT${'f'.repeat(32)}`;
/**
 * Triggers of the parent account, whose token signs, as in the fixture. One for each firing, so that each has its own
 * row.
 */
const triggers = Array.from(
  { length: 40 },
  (_, at) =>
    ({
      target: 'support',
      category: 'totalprice',
      recurring: 'daily',
      by: 'price',
      sid: `UT${String(at + 1).padStart(32, '0')}`,
    }) as const,
);

let twilio: TwilioDouble;
const stages: Partial<Record<'armed' | 'byDefault', StageAssembly>> = {};
beforeAll(async () => {
  twilio = await startTwilioDouble();
  stages.armed = stageAssembly({ breaker: { dryRun: false, triggers } });
  stages.byDefault = stageAssembly({ breaker: { triggers } });
});
afterAll(async () => {
  for (const stage of Object.values(stages)) stage.remove();
  expect(twilio.invalidRequests).toEqual([]);
  await twilio.close();
});

const edgeOptions = (stage: keyof typeof stages): EdgeOptions => ({
  assembly: (dev) => stages[stage]?.assembly ?? dev,
  environment: {
    TWILIO_API_BASE_URL: twilio.url,
    // A fifth of the breaker's timeout for Twilio, and no pause between its attempts.
    TWILIO_API_TIMEOUT_MS: '1000',
    RETRY_DELAY_SECONDS: '0',
  },
});

let firings = 0;
/** A firing of the next trigger, dated now. */
const firing = (edge: Edge, changes: Form = {}): Form => {
  const trigger = triggers[firings];
  if (trigger === undefined) throw new Error('the stage has too few triggers for these tests');
  firings += 1;
  return usageForm({
    AccountSid: edge.account.accountSid,
    DateFired: new Date().toUTCString().replace('GMT', '+0000'),
    IdempotencyToken: `${edge.account.accountSid}-FIRES-${trigger.sid}`,
    UsageTriggerSid: trigger.sid,
    ...changes,
  });
};

/** Adds a spending subaccount, and names it in the breaker's secret. */
const arm = async (edge: Edge) => {
  twilio.clearFaults();
  const { accountSid: sid, authToken } = edge.account;
  if (!twilio.state.accounts.has(sid)) twilio.addAccount({ sid, authToken });
  const subaccount = addSpendingSubaccount(twilio, sid);
  edge.watch(subaccount.account.authToken);
  await putBreakerSecret(edge.gateway, { sid, authToken }, subaccount.account.sid);
  return { ...subaccount, before: { suspensions: suspensions(twilio), requests: twilio.requests.length } };
};

const post = (edge: Edge, form: Form): Promise<Exchange> => edge.send({ route: 'usage', form });

/** Ingress accepts the request; the fixture's log line is the breaker's. */
const expectAccepted = async (edge: Edge, testCase: AdversarialCase, exchange: Exchange): Promise<void> => {
  await expectAnswer(
    edge,
    testCase,
    exchange,
    acceptedBecause('a usage trigger needs no TwiML, and the breaker decides after the queue', 204),
  );
};

/** Waits until the breaker is done. @returns its last log line and its one row */
const decided = async (
  edge: Edge,
  testCase: AdversarialCase,
  exchange: Exchange,
  attempts = 1,
): Promise<{ readonly line: LogLine; readonly row: Item }> => {
  await expectAccepted(edge, testCase, exchange);
  const lines = await edge.log.breakerLines(exchange.requestId, attempts);
  const line = lines.at(-1) ?? {};
  const { log } = testCase.expect;
  if (typeof log === 'object') {
    expect(line).toMatchObject({ reason: log.reason, level: log.level?.toUpperCase() });
  }
  await eventually(async () => expect(await edge.gateway.queued(breakerOf(edge.gateway).queueUrl)).toBe(0));
  // The event itself is stored as well.
  const rows = await edge.expectEffects({ queued: 1, stored: 2 });
  const breakerRows = rows.filter(({ sk }) => sk?.S?.startsWith('BREAKER#') === true);
  expect(breakerRows).toHaveLength(1);
  return { line, row: breakerRows[0] ?? {} };
};

const deadLetters = (edge: Edge): Promise<number> => edge.gateway.queued(breakerOf(edge.gateway).deadLetterQueueUrl);

runCases(
  'breaker',
  {
    'BRK-OK': async (edge, testCase) => {
      const subaccount = await arm(edge);
      const noticesBefore = edge.gateway.notices.length;
      const exchange = await post(edge, firing(edge));
      const { line, row } = await decided(edge, testCase, exchange);
      expect(subaccount.status()).toBe('suspended');
      expect(subaccount.callStatuses()).toEqual(['completed', 'completed']);
      expect(suspensions(twilio)).toBe(subaccount.before.suspensions + 1);
      expect(row).toMatchObject({
        pk: { S: `${edge.account.accountSid}#BREAKER` },
        decision: { S: 'tripped' },
        targetSid: { S: subaccount.account.sid },
        callsEnded: { N: '2' },
      });
      expect(line['detail']).toBe('tripped');
      expect(await edge.log.counted('BreakerTripped', 1)).toBe(1);
      expect(edge.gateway.notices.slice(noticesBefore)).toEqual([
        expect.objectContaining({ subject: expect.stringContaining('"support" suspended') as unknown }),
      ]);
    },

    'BRK-UNSIGNED': async (edge, testCase) => {
      const subaccount = await arm(edge);
      const form = firing(edge);
      for (const signature of [null, edge.sign(edge.publicUrl('usage'), form, 'another token')]) {
        const exchange = await edge.send({ route: 'usage', form, signature });
        await expectAnswer(edge, testCase, exchange, {
          reason: signature === null ? 'signature_missing' : 'signature_mismatch',
          because: 'ingress rejects it, so the breaker never receives it',
        });
      }
      await edge.expectEffects({ queued: 0, stored: 0 });
      expect(await edge.gateway.queued(breakerOf(edge.gateway).queueUrl)).toBe(0);
      expect(twilio.requests).toHaveLength(subaccount.before.requests);
    },

    'BRK-UNKNOWNSID': async (edge, testCase) => {
      const subaccount = await arm(edge);
      const form = firing(edge, { UsageTriggerSid: unknownTriggerSid });
      const { row } = await decided(edge, testCase, await post(edge, form));
      expect(row['decision']).toEqual({ S: 'unknown_trigger' });
      expect(await edge.log.counted('BreakerRefused', 1)).toBe(1);
      expect(twilio.requests).toHaveLength(subaccount.before.requests);
      expect(subaccount.status()).toBe('active');
    },

    'BRK-REPLAY': async (edge, testCase) => {
      const subaccount = await arm(edge);
      const form = firing(edge);
      const tripped: AdversarialCase = {
        ...testCase,
        expect: { ...testCase.expect, log: { reason: 'breaker_tripped', level: 'error' } },
      };
      await decided(edge, tripped, await post(edge, form));
      expect(subaccount.status()).toBe('suspended');
      subaccount.account.status = 'active';
      // Another token in the same period is the same firing.
      for (const replay of [form, { ...form, IdempotencyToken: 'another' }]) {
        const exchange = await post(edge, replay);
        await expectAccepted(edge, testCase, exchange);
        expect(await edge.log.breakerLines(exchange.requestId)).toEqual([
          expect.objectContaining({ level: 'ERROR', reason: 'breaker_decision', duplicate: true }),
        ]);
      }
      await eventually(async () => expect(await edge.gateway.queued(breakerOf(edge.gateway).queueUrl)).toBe(0));
      // The second token is a new event; the breaker's row stays the same.
      const rows = await edge.expectEffects({ queued: 2, stored: 1 });
      expect(rows.map(({ sk }) => sk?.S)).toEqual(['EVENT']);
      expect(await edge.log.counted('BreakerSuppressed', 2)).toBe(2);
      expect(suspensions(twilio)).toBe(subaccount.before.suspensions + 1);
      expect(subaccount.status()).toBe('active');
    },

    'BRK-VALUE': async (edge, testCase) => {
      const subaccount = await arm(edge);
      for (const [value, decision] of [
        ['49.99', 'below_threshold'],
        ...['NaN', '1e309', '-51', '51,00', '', 'Infinity', '0x33'].map((text) => [text, 'invalid_values']),
      ] as const) {
        const { row } = await decided(edge, testCase, await post(edge, firing(edge, { CurrentValue: value })));
        expect({ value, decision: row['decision']?.S }).toEqual({ value, decision });
      }
      expect(await edge.log.counted('BreakerRefused', 8)).toBe(8);
      expect(twilio.requests).toHaveLength(subaccount.before.requests);
      expect(subaccount.status()).toBe('active');
    },

    'BRK-API5XX': async (edge, testCase) => {
      const faults = [{ kind: 'status', status: 500 }, { kind: 'status', status: 429 }, { kind: 'hang' }] as const;
      for (const [at, fault] of faults.entries()) {
        const subaccount = await arm(edge);
        twilio.inject(fault, { operationId: 'UpdateAccount', times: 100 });
        const { row, line } = await decided(edge, testCase, await post(edge, firing(edge)), 5);
        expect(line['detail']).toMatch(/^undecided, will be retried: /);
        expect(await edge.log.breakerLines(String(line['requestId']))).toHaveLength(5);
        expect(row).toMatchObject({
          decision: { S: 'suspending' },
          lastFault: { S: expect.any(String) as unknown },
        });
        // One more dead letter for each fault: none is dropped.
        await eventually(async () => expect(await deadLetters(edge)).toBe(at + 1));
        expect(suspensions(twilio)).toBe(subaccount.before.suspensions + 5);
        expect(subaccount.status()).toBe('active');
      }
      expect(await edge.log.counted('BreakerFailed', 15)).toBe(15);

      // The suspension succeeds but its answer is lost: the breaker reads the status, and does not repeat it.
      const subaccount = await arm(edge);
      twilio.inject({ kind: 'drop-after-commit' }, { operationId: 'UpdateAccount' });
      const exchange = await post(edge, firing(edge));
      const tripped: AdversarialCase = {
        ...testCase,
        expect: { ...testCase.expect, log: { reason: 'breaker_tripped', level: 'error' } },
      };
      const { row } = await decided(edge, tripped, exchange);
      expect(row['decision']).toEqual({ S: 'tripped' });
      expect(suspensions(twilio)).toBe(subaccount.before.suspensions + 1);
      expect(await deadLetters(edge)).toBe(faults.length);
    },

    'BRK-ALREADY': async (edge, testCase) => {
      const deadBefore = await deadLetters(edge);
      for (const status of ['suspended', 'closed'] as const) {
        const subaccount = await arm(edge);
        subaccount.account.status = status;
        const { row } = await decided(edge, testCase, await post(edge, firing(edge)));
        expect(row['decision']).toEqual({ S: `already_${status}` });
        expect(suspensions(twilio)).toBe(subaccount.before.suspensions);
        expect(subaccount.status()).toBe(status);
      }
      expect(await deadLetters(edge)).toBe(deadBefore);
    },

    'BRK-DRYRUN': async (_edge, testCase) => {
      await withEdge(edgeOptions('byDefault'), async (edge) => {
        const subaccount = await arm(edge);
        const { row, line } = await decided(edge, testCase, await post(edge, firing(edge)));
        expect(row['decision']).toEqual({ S: 'dry_run' });
        expect(line['detail']).toBe('dry_run: would have suspended it and ended its live calls');
        expect(await edge.log.counted('BreakerWouldTrip', 1)).toBe(1);
        expect(twilio.requests.slice(subaccount.before.requests).map(({ method }) => method)).toEqual(['GET', 'GET']);
        expect(subaccount.status()).toBe('active');
        expect(subaccount.callStatuses()).toEqual(['in-progress', 'ringing']);
        expect(edge.gateway.notices).toHaveLength(1);
      });
    },
  },
  () => edgeOptions('armed'),
);
