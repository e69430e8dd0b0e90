import { Worker } from 'node:worker_threads';

/**
 * Measures how much CPU the machine denies this process. A thread repeats a small piece of work; the time beyond its
 * best is a stall. Independent of any gateway.
 */
export interface StallMeter {
  /** How many milliseconds of a time span (epoch milliseconds) the machine stalled. */
  stalledMs(fromMs: number, toMs: number): number;
  close(): Promise<void>;
}

interface Sample {
  readonly fromMs: number;
  readonly toMs: number;
  /** The work, with the messages to the thread and back. */
  readonly workMs: number;
}

const pauseMs = 40;
/** Times the best: an idle machine varies, too. */
const tolerance = 1.5;
/** Shorter work would measure clocks and timers only. */
const leastWorkMs = 3;

const work = `
  const { parentPort } = require('node:worker_threads');
  const { createHash } = require('node:crypto');
  const bytes = Buffer.alloc(64 * 1024);
  parentPort.on('message', () => {
    for (let left = 40; left > 0; left -= 1) createHash('sha256').update(bytes).digest();
    parentPort.postMessage('done');
  });
`;

const startStallMeter = (): StallMeter => {
  const worker = new Worker(work, { eval: true });
  const samples: Sample[] = [];
  let best = Infinity;
  let startedAt = performance.now();
  let endedBeforeMs = Date.now();
  let timer: NodeJS.Timeout | undefined;
  const ask = (): void => {
    startedAt = performance.now();
    worker.postMessage('work');
  };
  worker.on('message', () => {
    const toMs = Date.now();
    const workMs = performance.now() - startedAt;
    best = Math.max(leastWorkMs, Math.min(best, workMs));
    samples.push({ fromMs: endedBeforeMs, toMs, workMs });
    endedBeforeMs = toMs;
    timer = setTimeout(ask, pauseMs).unref();
  });
  worker.unref();
  ask();
  return {
    stalledMs: (fromMs, toMs) => {
      const isOver = ({ toMs: end }: Sample): boolean => end > fromMs;
      const first = samples.findIndex(isOver);
      if (first === -1) return 0;
      let stalled = 0;
      for (const sample of samples.slice(first)) {
        if (sample.fromMs >= toMs) break;
        const overlap = Math.min(sample.toMs, toMs) - Math.max(sample.fromMs, fromMs);
        stalled += overlap * stalledShare(sample, best);
      }
      return Math.round(stalled);
    },
    close: async () => {
      clearTimeout(timer);
      await worker.terminate();
    },
  };
};

/** A pause that is too long counts as stalled in full; the rest counts in proportion to how slow the work was. */
const stalledShare = ({ fromMs, toMs, workMs }: Sample, bestMs: number): number => {
  const wholeMs = toMs - fromMs;
  const late = Math.max(0, wholeMs - workMs - tolerance * pauseMs);
  const slow = Math.max(0, 1 - (tolerance * bestMs) / workMs) * (wholeMs - late);
  return wholeMs <= 0 ? 0 : Math.min(1, (late + slow) / wholeMs);
};

let shared: StallMeter | undefined;

/** One for the whole process: it measures the machine. */
export const stallMeter = (): StallMeter => (shared ??= startStallMeter());
