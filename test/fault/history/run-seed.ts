import type { Assembly } from '../../../local/gateway';
import { countDeliveries } from '../checker/accepted';
import { checkHistory, type Violation } from '../checker/check-history';
import { describePlan } from './describe-plan';
import { generatePlan } from './generate-plan';
import type { History } from './history';
import { play } from './run-plan';
import type { Plan } from './plan';
import { shrink } from './shrink';
import type { Tally } from './tally';

export const judge = async (plan: Plan, assembly: Assembly): Promise<readonly Violation[]> =>
  checkHistory(await play(plan, assembly));

const shrinkMs = 120_000;

/** The smallest plan found that breaks one of the same invariants, and what it breaks. */
export const shrinkPlan = async (
  plan: Plan,
  assembly: Assembly,
  violations: readonly Violation[],
  withinMs = shrinkMs,
): Promise<Plan> => {
  const until = Date.now() + withinMs;
  const isOver = () => Date.now() > until;
  const broken = new Set(violations.map(({ invariant }) => invariant));
  const breaks = async (smaller: Plan): Promise<boolean> => {
    try {
      return (await judge(smaller, assembly)).some(({ invariant }) => broken.has(invariant));
    } catch {
      // Taken apart, it is no history any more: a rotation is finished that was not begun.
      return false;
    }
  };
  // Faults first: every one that goes makes the following runs quicker.
  const faults = await shrink(plan.faults, (left) => breaks({ ...plan, faults: left }), isOver);
  const steps = await shrink(plan.steps, (left) => breaks({ ...plan, faults, steps: left }), isOver);
  return { ...plan, faults, steps };
};

const isLateAtMost = (violations: readonly Violation[]): boolean =>
  violations.length > 0 && violations.every(({ invariant }) => invariant === 'answers are in time');

const judgeAndCount = async (plan: Plan, assembly: Assembly, tally: Tally): Promise<readonly Violation[]> => {
  const history: History = await play(plan, assembly);
  tally.addHistory(countDeliveries(history));
  return checkHistory(history);
};

/**
 * A history that was late and nothing else is played again, once; the run counts how often, and bears it once in twenty.
 * @throws Error with the violations, the command that replays them, and a small history that has them, too
 */
export const runSeed = async (seed: number, assembly: Assembly, tally: Tally): Promise<void> => {
  const plan = generatePlan(seed);
  let violations = await judgeAndCount(plan, assembly, tally);
  if (isLateAtMost(violations)) {
    tally.addReplay(seed, violations);
    violations = await judgeAndCount(plan, assembly, tally);
  }
  if (violations.length === 0) return;
  const found = violations.map(({ invariant, found: what }) => `${invariant}: ${what}`);
  // At once, because whoever waits for a smaller history may lose patience.
  process.stderr.write(`seed ${seed}: ${found.join('\n')}\n`);
  const smallest = await shrinkPlan(plan, assembly, violations);
  throw new Error(
    [...found, `replay it: npm run test:fault -- --seed ${seed}`, ...describePlan(smallest)].join('\n'),
  );
};
