import { strict as assert } from 'node:assert';
import { rmSync } from 'node:fs';
import type { Assembly } from '../../../local/gateway';
import { generatePlan } from '../history/generate-plan';
import { describePlan } from '../history/describe-plan';
import { judge, shrinkPlan } from '../history/run-seed';
import type { Check } from '../run-checks';
import { mutatedAssembly } from './mutated-assembly';
import { mutants, type Mutant } from './mutants';

/** Within so many seeds a bug has to be found. */
const maxSeeds = 20;
/** Of some fifty. One would do; a busy machine may not come to an end. */
const maxStepsLeft = 12;
const shrinkMs = 90_000;

/** Proves the checker: a gateway with this bug must not pass the seeds that the real one passes. */
const findMutant = async (
  { patches, breaks, foundBy = 1, within = maxSeeds }: Mutant,
  assembly: Assembly,
): Promise<void> => {
  const planted = await mutatedAssembly(assembly, patches);
  try {
    for (let tried = 0; tried < within; tried += 1) {
      const seed = 1 + ((foundBy - 1 + tried) % maxSeeds);
      const violations = await judge(generatePlan(seed), planted);
      if (violations.some(({ invariant }) => breaks.includes(invariant))) return;
    }
    throw new Error(`not found within ${within} seeds`);
  } finally {
    rmSync(planted.directory, { recursive: true, force: true });
  }
};

/** One forgery is all that this bug needs. */
const bugToShrink = mutants.find(({ name }) => name === 'logs the signature that it refused');

/** Proves the shrinking: of a whole history, no fault and a few steps are left. */
const shrinkBug = async (assembly: Assembly): Promise<void> => {
  const { patches = [] } = bugToShrink ?? {};
  const planted = await mutatedAssembly(assembly, patches);
  try {
    const plan = generatePlan(1);
    const violations = await judge(plan, planted);
    assert.notDeepEqual(violations, []);
    const smallest = await shrinkPlan(plan, planted, violations, shrinkMs);
    assert.deepEqual(smallest.faults, []);
    assert.ok(smallest.steps.length <= maxStepsLeft, describePlan(smallest).join('\n'));
    const broken = (await judge(smallest, planted)).map(({ invariant }) => invariant);
    assert.ok(broken.includes('nothing secret is logged'));
  } finally {
    rmSync(planted.directory, { recursive: true, force: true });
  }
};

export const bugChecks = (assembly: Assembly): readonly Check[] => [
  {
    title: `shrinks the history that finds a gateway that ${bugToShrink?.name ?? 'has no bug'}`,
    run: () => shrinkBug(assembly),
  },
  ...mutants.map((bug) => ({
    title: `finds a gateway that ${bug.name}`,
    run: () => findMutant(bug, assembly),
  })),
];
