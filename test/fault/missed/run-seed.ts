import type { Assembly } from '../../../local/gateway';
import type { Violation } from '../checker/check-history';
import { shrinkPlan } from '../history/shrink';
import { checkMissedHistory } from './checks/check-missed';
import { describeMissedPlan } from './describe-plan';
import { generateMissedPlan } from './generate-plan';
import type { MissedPlan } from './plan';
import { runMissedPlan } from './run-plan';

export const runAndCheckMissed = async (plan: MissedPlan, assembly: Assembly): Promise<readonly Violation[]> =>
  checkMissedHistory(await runMissedPlan(plan, assembly));

const shrinkMs = 120_000;

/**
 * Runs the history of a seed.
 * @throws Error with the violations, the command that reproduces them, and a small plan that breaks the same invariants
 */
export const runMissedSeed = async (seed: number, assembly: Assembly): Promise<void> => {
  const plan = generateMissedPlan(seed);
  const violations = await runAndCheckMissed(plan, assembly);
  if (violations.length === 0) return;
  const found = violations.map(({ invariant, found: what }) => `${invariant}: ${what}`);
  // Immediately, because shrinking takes minutes.
  process.stderr.write(`missed, seed ${seed}: ${found.join('\n')}\n`);
  const broken = new Set(violations.map(({ invariant }) => invariant));
  const breaks = async (smaller: MissedPlan): Promise<boolean> =>
    (await runAndCheckMissed(smaller, assembly)).some(({ invariant }) => broken.has(invariant));
  const smallest = await shrinkPlan(plan, breaks, shrinkMs);
  const command = `npm run test:fault -- --only missed --seed ${seed}`;
  throw new Error([...found, `reproduce it: ${command}`, ...describeMissedPlan(smallest)].join('\n'));
};
