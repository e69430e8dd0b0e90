import { strict as assert } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Assembly } from '../../../local/gateway';
import { checkHistory } from '../checker/check-history';
import { generatePlan } from '../history/generate-plan';
import { runPlan } from '../history/run-plan';
import { stallMeter } from '../history/stall-meter';
import type { Check } from '../run-checks';

/** Three for each core of a small machine. */
const busyLoops = 6;
/** A limit, in case this process is killed. */
const busyForMs = 240_000;

/** Keeps every core busy while something is done. */
const whileStarved = async <T>(work: () => Promise<T>): Promise<T> => {
  const loop = `const until = Date.now() + ${busyForMs}; while (Date.now() < until) {}`;
  const children: readonly ChildProcess[] = Array.from({ length: busyLoops }, () =>
    spawn(process.execPath, ['--eval', loop], { stdio: 'ignore' }),
  );
  try {
    return await work();
  } finally {
    for (const child of children) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
  }
};

/** A history with poison and redrives, in which good messages pass through the dead-letter queue. */
const seed = 21;

const conservation = (assembly: Assembly): Check => ({
  title: `loses no message of seed ${seed} on a machine with ${busyLoops} busy loops, and counts each once`,
  run: async () => {
    const plan = generatePlan(seed);
    const startedAtMs = Date.now();
    const history = await whileStarved(() => runPlan(plan, assembly));
    const wholeMs = Date.now() - startedAtMs;
    const stalledMs = stallMeter().stalledMs(startedAtMs, Date.now());
    // Otherwise the machine was not starved.
    assert.ok(stalledMs > wholeMs / 10, `the machine stalled for ${stalledMs} ms of ${wholeMs}`);
    assert.ok(history.counts.length > plan.steps.length / 2, `${history.counts.length} counts`);
    assert.deepEqual(
      checkHistory(history).filter(({ invariant }) => invariant !== 'answers are in time'),
      [],
    );
  },
});

export const starvationChecks = (assembly: Assembly): readonly Check[] => [conservation(assembly)];
