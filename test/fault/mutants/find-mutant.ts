import { strict as assert } from 'node:assert';
import type { Assembly } from '../../../local/gateway';
import type { Violation } from '../checker/check-history';
import { laneAssembly, runLaneOutages } from '../experiments/lane-outages';
import { generatePlan } from '../history/generate-plan';
import { describePlan } from '../history/describe-plan';
import { runAndCheck, shrinkPlan } from '../history/run-seed';
import { missedAssembly, removeAssembly } from '../missed/assembly';
import { generateMissedPlan } from '../missed/generate-plan';
import { runAndCheckMissed } from '../missed/run-seed';
import type { Check } from '../run-checks';
import { laneMutants, missedMutants } from './missed-mutants';
import { mutatedAssembly, type Patch } from './mutated-assembly';
import type { Mutant } from './mutant';
import { mutants } from './mutants';

/** Of about fifty. One is enough, but shrinking on a busy machine may run out of time. */
const maxStepsLeft = 12;
const shrinkMs = 90_000;

/** The histories that must find a mutant. */
interface Histories {
  /** The seeds of a default run, which the real gateway passes. */
  readonly seeds: number;
  readonly mutate: (patches: readonly Patch[]) => Promise<Assembly>;
  readonly check: (seed: number, assembly: Assembly) => Promise<readonly Violation[]>;
}

const histories = (assembly: Assembly): Histories => ({
  seeds: 20,
  mutate: (patches) => mutatedAssembly(assembly, patches),
  check: (seed, mutated) => runAndCheck(generatePlan(seed), mutated),
});

const missedHistories: Histories = {
  seeds: 6,
  mutate: missedAssembly,
  check: (seed, mutated) => runAndCheckMissed(generateMissedPlan(seed), mutated),
};

/** Experiment 17 finds these: in a history, the reconciler would fetch what the lane loses. */
const laneOutages: Histories = {
  seeds: 1,
  mutate: async (patches) => {
    const { assembly, remove } = laneAssembly();
    try {
      return await mutatedAssembly(assembly, patches, ['fallback']);
    } finally {
      remove();
    }
  },
  check: (_seed, mutated) => runLaneOutages(mutated),
};

/** Proves the checker: a mutant must not pass the seeds that the real gateway passes. */
const findMutant = async (
  { patches, breaks, foundBySeed: foundBy = 1, withinSeeds }: Mutant,
  { seeds, mutate, check }: Histories,
): Promise<void> => {
  const within = withinSeeds ?? seeds;
  const mutated = await mutate(patches);
  try {
    for (let tried = 0; tried < within; tried += 1) {
      const seed = 1 + ((foundBy - 1 + tried) % seeds);
      const violations = await check(seed, mutated);
      if (violations.some(({ invariant }) => breaks.includes(invariant))) return;
    }
    throw new Error(`not found within ${within} seeds`);
  } finally {
    removeAssembly(mutated);
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
    removeAssembly(mutated);
  }
};

const checksOf = (all: readonly Mutant[], found: Histories): readonly Check[] =>
  all.map((mutant) => ({
    title: `finds a gateway that ${mutant.name}`,
    run: () => findMutant(mutant, found),
  }));

export const mutantChecks = (assembly: Assembly): readonly Check[] => [
  {
    title: `shrinks the history that finds a gateway that ${mutantToShrink?.name ?? 'is not a mutant'}`,
    run: () => shrinkMutant(assembly),
  },
  ...checksOf(mutants, histories(assembly)),
  ...checksOf(missedMutants, missedHistories),
  ...checksOf(laneMutants, laneOutages),
];
