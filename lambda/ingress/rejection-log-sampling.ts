/** Refusals that an environment logs in each second before it logs only a sample. */
const fullPerSecond = 10;
const sampleEvery = 100;

/**
 * Tells whether a refusal is logged. A flood of forged requests must not become a bill for logs; the metric counts every one.
 * An environment handles one request at a time, so only a flood has more than a few refusals a second.
 * @param now epoch milliseconds
 */
export const createRefusalLogSampling = (now: () => number): (() => boolean) => {
  let second = -1;
  let refusals = 0;
  return () => {
    const current = Math.floor(now() / 1000);
    if (current !== second) {
      second = current;
      refusals = 0;
    }
    refusals += 1;
    return refusals <= fullPerSecond || refusals % sampleEvery === 0;
  };
};
