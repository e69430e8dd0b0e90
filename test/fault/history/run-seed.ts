import type { Assembly } from '../../../local/gateway';
import { countDeliveries } from '../checker/accepted';
import { checkHistory, type Violation } from '../checker/check-history';
import { describePlan } from './describe-plan';
import { generatePlan } from './generate-plan';
import type { History } from './history';
import { runPlan } from './run-plan';
import type { Plan } from './plan';
import { shrinkPlan as shrinkAny } from './shrink';
import type { Tally } from './tally';

export const runAndCheck = async (plan: Plan, assembly: Assembly): Promise<readonly Violation[]> =>
  checkHistory(await runPlan(plan, assembly));

const shrinkMs = 120_000;

/** The smallest plan found that breaks one of the same invariants. */
export const shrinkPlan = (
  plan: Plan,
  assembly: Assembly,
  violations: readonly Violation[],
  withinMs = shrinkMs,
): Promise<Plan> => {
  const broken = new Set(violations.map(({ invariant }) => invariant));
  const breaks = async (smaller: Plan): Promise<boolean> =>
    (await runAndCheck(smaller, assembly)).some(({ invariant }) => broken.has(invariant));
  return shrinkAny(plan, breaks, withinMs);
};

const hasOnlyLateAnswers = (violations: readonly Violation[]): boolean =>
  violations.length > 0 && violations.every(({ invariant }) => invariant === 'answers are in time');

const runCheckAndCount = async (plan: Plan, assembly: Assembly, tally: Tally): Promise<readonly Violation[]> => {
  const history: History = await runPlan(plan, assembly);
  tally.addHistory(countDeliveries(history));
  return checkHistory(history);
};

/**
 * A history whose only violation is late answers runs once more. The tally limits this to one history in twenty.
 * @throws Error with the violations, the command that reproduces them, and a small plan that breaks the same invariants
 */
export const runSeed = async (seed: number, assembly: Assembly, tally: Tally): Promise<void> => {
  const plan = generatePlan(seed);
  let violations = await runCheckAndCount(plan, assembly, tally);
  if (hasOnlyLateAnswers(violations)) {
    tally.addReplay(seed, violations);
    violations = await runCheckAndCount(plan, assembly, tally);
  }
  if (violations.length === 0) return;
  const found = violations.map(({ invariant, found: what }) => `${invariant}: ${what}`);
  // Immediately, because shrinking takes minutes.
  process.stderr.write(`seed ${seed}: ${found.join('\n')}\n`);
  const smallest = await shrinkPlan(plan, assembly, violations);
  throw new Error(
    [...found, `reproduce it: npm run test:fault -- --seed ${seed}`, ...describePlan(smallest)].join('\n'),
  );
};
