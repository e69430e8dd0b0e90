import type { Invariant } from '../../fault/checker/check-history';
import { checkMissedHistory } from '../../fault/missed/checks/check-missed';
import { generateMissedPlan } from '../../fault/missed/generate-plan';
import { describeMissedPlan } from '../../fault/missed/describe-plan';
import type { MissedHistory } from '../../fault/missed/history';
import {
  arrived,
  byLane,
  changing,
  cycle,
  endingWithRows,
  finding,
  forged,
  goodMissedHistory,
  lost,
  lostCallback,
  sidOf,
} from './missed-fixture';

const broken = (history: MissedHistory): readonly Invariant[] => [
  ...new Set(checkMissedHistory(history).map(({ invariant }) => invariant)),
];
const plans = [1, 2, 3, 4, 5, 6].map(generateMissedPlan);

test('the same seed gives the same plan, and another seed another plan', () => {
  expect(generateMissedPlan(7)).toEqual(generateMissedPlan(7));
  expect(generateMissedPlan(7)).not.toEqual(generateMissedPlan(8));
});

test('the six seeds of a default run have every kind of step, way, crossing, clock and bad day', () => {
  const steps = plans.flatMap((plan) => plan.steps);
  expect(new Set(steps.map(({ kind }) => kind)).size).toBe(8);
  const reconciling = steps.filter((step) => step.kind === 'reconcile');
  expect(new Set(reconciling.map(({ late }) => late?.when)).size).toBe(4);
  expect(new Set(reconciling.map(({ atOnce }) => atOnce)).size).toBe(2);
  expect(new Set(plans.flatMap(({ requests }) => requests.map(({ way }) => way))).size).toBe(4);
  for (const name of ['ingress', 'consumer', 'fallback', 'reconciler'] as const) {
    expect(new Set(plans.map(({ clocksMs }) => clocksMs[name])).size).toBeGreaterThan(1);
  }
  const lists = plans.map((plan) => plan.lists);
  expect(lists.some(({ lagMs = 0 }) => lagMs > 0)).toBe(true);
  expect(lists.some(({ failingShare = 0 }) => failingShare > 0)).toBe(true);
  expect(lists.some(({ requestsPerSecond }) => requestsPerSecond !== undefined)).toBe(true);
  const faults = plans.flatMap((plan) => plan.faults);
  expect(faults.filter(({ kind }) => kind.startsWith('killed')).length).toBeGreaterThan(1);
});

test('a plan is described with its conditions, steps and faults', () => {
  const [plan] = plans;
  if (plan === undefined) throw new Error('there is no plan');
  const lines = describeMissedPlan(plan);
  expect(lines).toHaveLength(1 + plan.steps.length + plan.faults.length);
  expect(lines[0]).toContain(`statuses: ${plan.statuses}`);
  expect(lines.join('\n')).toContain('fault: ');
});

test('a history that keeps every invariant has no violations', () => {
  expect(checkMissedHistory(goodMissedHistory())).toEqual([]);
});

describe('everything Twilio has is stored', () => {
  const invariant = 'everything Twilio has is stored';

  test('rejects a message or a status that is not stored, and one with another text', () => {
    const withoutMessage = endingWithRows((rows) => rows.filter(({ pk }) => !pk.endsWith(sidOf(lost))));
    expect(broken(withoutMessage)).toEqual([invariant]);
    const statusKey = lostCallback.rows[0]?.sk;
    expect(broken(endingWithRows((rows) => rows.filter(({ sk }) => sk !== statusKey)))).toEqual([invariant]);
    expect(broken(changing(lost, { body: 'another text' }))).toEqual([invariant]);
  });

  test('rejects a last cycle that still found something, or that never ended', () => {
    const endingAs = (changes: Parameters<typeof cycle>[1]) =>
      broken(goodMissedHistory({ reconciliations: [finding(), cycle('cycle 3', changes)] }));
    expect(endingAs({})).toEqual([]);
    expect(endingAs({ completed: 0 })).toEqual([invariant]);
    expect(endingAs({ enqueued: [sidOf(lost)], before: [] })).toEqual([invariant]);
  });

  test('an outgoing message of which no callback arrived may be unknown', () => {
    const good = goodMissedHistory();
    const unknown: Partial<MissedHistory> = {
      deliveries: good.deliveries.map((delivery) =>
        delivery.request === 'callback' ? { ...delivery, status: 500, inOutage: true } : delivery,
      ),
      final: { rows: good.final.rows.filter(({ pk }) => !pk.endsWith(sidOf(lostCallback))) },
    };
    expect(broken(goodMissedHistory(unknown))).toEqual([]);
    const all = { ...good.plan, statuses: 'all' } as const;
    expect(broken(goodMissedHistory({ ...unknown, plan: all }))).toEqual([invariant]);
  });

  test('a list that lacks what was sent proves nothing', () => {
    expect(() => checkMissedHistory(goodMissedHistory({ listed: [] }))).toThrow("Twilio's list lacks");
  });
});

test('everything is handled once: rejects a message that is handled twice, or never', () => {
  const invariant = 'everything is handled once';
  const good = goodMissedHistory();
  const [first, ...rest] = good.handlerInvocations;
  if (first === undefined) throw new Error('nothing was handled');
  expect(broken({ ...good, handlerInvocations: rest })).toEqual([invariant]);
  expect(broken({ ...good, handlerInvocations: [...good.handlerInvocations, first] })).toEqual([invariant]);
});

test('forged requests leave no row: rejects one', () => {
  const pk = (arrived.rows[0]?.pk ?? '').replace(sidOf(arrived), sidOf(forged));
  const row = { pk, sk: 'MESSAGE', direction: 'outbound' };
  expect(broken(endingWithRows((rows) => [...rows, row]))).toContain('forged requests leave no row');
});

describe('missed webhooks are counted exactly', () => {
  const invariant = 'missed webhooks are counted exactly';
  const after = (changes: Parameters<typeof finding>[0], ...others: ReturnType<typeof finding>[]) =>
    broken(goodMissedHistory({ reconciliations: [finding(changes), ...others, cycle('cycle 3')] }));

  test('rejects a message that is counted twice, or not, or only as missed', () => {
    const again = finding();
    expect(after({}, again)).toEqual([invariant]);
    expect(after({}, { ...again, missed: 0, backfilled: 0, named: [] })).toEqual([]);
    expect(after({ missed: 0, backfilled: 0, named: [] })).toEqual([invariant]);
    expect(after({ backfilled: 1 })).toEqual([invariant]);
  });

  test('an invocation that was killed may not have counted its last page', () => {
    expect(after({ missed: 0, backfilled: 0, named: [], kills: 1 })).toEqual([]);
  });

  test('rejects a message that the table had', () => {
    expect(after({ before: goodMissedHistory().final.rows })).toEqual([invariant]);
  });
});

describe('webhooks win over backfills', () => {
  const invariant = 'webhooks win over backfills';

  test('rejects a backfill that does not say so', () => {
    expect(broken(changing(lost, { via: undefined }))).toEqual([invariant]);
    expect(broken(changing(lostCallback, { via: 'fallback' }))).toEqual([invariant]);
  });

  test('rejects a webhook that is stored as a backfill, or with its parameters', () => {
    expect(broken(changing(arrived, { via: 'backfill' }))).toEqual([invariant]);
    expect(broken(changing(byLane, { via: 'backfill' }))).toEqual([invariant]);
    expect(broken(changing(arrived, { params: '{"NumMedia":"0","SmsStatus":"received"}' }))).toEqual([invariant]);
  });

  test('what arrived on both ways may be stored as either', () => {
    const both = goodMissedHistory().deliveries.map((delivery) => ({ ...delivery, inOutage: false }));
    expect(broken(goodMissedHistory({ deliveries: both }))).toEqual([]);
  });
});

test('nothing secret is logged: rejects a token', () => {
  expect(broken(goodMissedHistory({ log: `{"token":"${'1'.repeat(32)}"}` }))).toEqual(['nothing secret is logged']);
});
