import { strict as assert } from 'node:assert';
import { rmSync } from 'node:fs';
import type { Assembly } from '../../../local/gateway';
import { generatePlan } from '../history/generate-plan';
import { describePlan } from '../history/describe-plan';
import { runAndCheck, shrinkPlan } from '../history/run-seed';
import type { Check } from '../run-checks';
import { mutatedAssembly } from './mutated-assembly';
import type { Mutant } from './mutant';
import { mutants } from './mutants';

/** A mutant must be found within this many seeds. */
const maxSeeds = 20;
/** Of about fifty. One is enough, but shrinking on a busy machine may run out of time. */
const maxStepsLeft = 12;
const shrinkMs = 90_000;

/** Proves the checker: a mutant must not pass the seeds that the real gateway passes. */
const findMutant = async (
  { patches, breaks, foundBySeed: foundBy = 1, withinSeeds: within = maxSeeds }: Mutant,
  assembly: Assembly,
): Promise<void> => {
  const mutated = await mutatedAssembly(assembly, patches);
  try {
    for (let tried = 0; tried < within; tried += 1) {
      const seed = 1 + ((foundBy - 1 + tried) % maxSeeds);
      const violations = await runAndCheck(generatePlan(seed), mutated);
      if (violations.some(({ invariant }) => breaks.includes(invariant))) return;
    }
    throw new Error(`not found within ${within} seeds`);
  } finally {
    rmSync(mutated.directory, { recursive: true, force: true });
  }
};

/** A single forgery reveals this mutant. */
const mutantToShrink = mutants.find(({ name }) => name === 'logs a rejected signature');

/** Proves the shrinking: no fault and only a few steps of a history are left. */
const shrinkMutant = async (assembly: Assembly): Promise<void> => {
  const { patches = [] } = mutantToShrink ?? {};
  const mutated = await mutatedAssembly(assembly, patches);
  try {
    const plan = generatePlan(1);
    const violations = await runAndCheck(plan, mutated);
    assert.notDeepEqual(violations, []);
    const smallest = await shrinkPlan(plan, mutated, violations, shrinkMs);
    assert.deepEqual(smallest.faults, []);
    assert.ok(smallest.steps.length <= maxStepsLeft, describePlan(smallest).join('\n'));
    const broken = (await runAndCheck(smallest, mutated)).map(({ invariant }) => invariant);
    assert.ok(broken.includes('nothing secret is logged'));
  } finally {
    rmSync(mutated.directory, { recursive: true, force: true });
  }
};

export const mutantChecks = (assembly: Assembly): readonly Check[] => [
  {
    title: `shrinks the history that finds a gateway that ${mutantToShrink?.name ?? 'is not a mutant'}`,
    run: () => shrinkMutant(assembly),
  },
  ...mutants.map((mutant) => ({
    title: `finds a gateway that ${mutant.name}`,
    run: () => findMutant(mutant, assembly),
  })),
];
