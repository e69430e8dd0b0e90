import { rmSync } from 'node:fs';
import type { Assembly } from '../../../local/gateway';
import { generatePlan } from '../history/generate-plan';
import { judge } from '../history/run-seed';
import type { Check } from '../run-checks';
import { plantedAssembly } from './planted-assembly';
import { plantedBugs, type PlantedBug } from './planted-bugs';

/** Within so many seeds a bug has to be found. */
const maxSeeds = 20;

/** Proves the checker: a gateway with this bug must not pass the seeds that the real one passes. */
const findBug = async ({ patches, breaks }: PlantedBug, assembly: Assembly): Promise<void> => {
  const planted = await plantedAssembly(assembly, patches);
  try {
    for (let seed = 1; seed <= maxSeeds; seed += 1) {
      const violations = await judge(generatePlan(seed), planted);
      if (violations.some(({ invariant }) => breaks.includes(invariant))) return;
    }
    throw new Error(`not found within ${maxSeeds} seeds`);
  } finally {
    rmSync(planted.directory, { recursive: true, force: true });
  }
};

export const bugChecks = (assembly: Assembly): readonly Check[] =>
  plantedBugs.map((bug) => ({
    title: `finds a gateway that ${bug.name}`,
    run: () => findBug(bug, assembly),
  }));
