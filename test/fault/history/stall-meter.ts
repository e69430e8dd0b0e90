import { Worker } from 'node:worker_threads';

/**
 * How far the machine leaves this process without the CPU that it asks for, as a thread of its own finds it: it is given the same
 * little work again and again, and what that takes longer than at its best is a stall. It knows nothing of any gateway.
 */
export interface StallMeter {
  /** Of a span of time (epoch milliseconds), the milliseconds in which the machine did nothing for this process. */
  stalledMs(fromMs: number, toMs: number): number;
  close(): Promise<void>;
}

interface Sample {
  readonly fromMs: number;
  readonly toMs: number;
  /** The little work, with the way there and back. */
  readonly workMs: number;
}

const pauseMs = 40;
/** Of the best: an idle machine has its ups and downs, too. */
const tolerance = 1.5;
/** Below it, clocks and timers are what is measured. */
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

export const startStallMeter = (): StallMeter => {
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

/** The pause is no work: what it takes too long is a stall as a whole, and the rest of it went as slowly as the work. */
const stalledShare = ({ fromMs, toMs, workMs }: Sample, bestMs: number): number => {
  const wholeMs = toMs - fromMs;
  const late = Math.max(0, wholeMs - workMs - tolerance * pauseMs);
  const slow = Math.max(0, 1 - (tolerance * bestMs) / workMs) * (wholeMs - late);
  return wholeMs <= 0 ? 0 : Math.min(1, (late + slow) / wholeMs);
};

let shared: StallMeter | undefined;

/** One for the whole process: it measures the machine. */
export const stallMeter = (): StallMeter => (shared ??= startStallMeter());
