/** Rejections that an environment logs in each second before it logs only a sample. */
const fullPerSecond = 10;
const sampleEvery = 100;

/**
 * Creates a function that decides whether the next rejection is logged, so that a flood of forged requests does not
 * become a large bill for logs. The metric counts every rejection. An environment handles one request at a time, so
 * only a flood has more than a few rejections a second.
 * @param now epoch milliseconds
 */
export const createRejectionLogSampling = (now: () => number): (() => boolean) => {
  let second = -1;
  let rejections = 0;
  const isRejectionLogged = () => {
    const current = Math.floor(now() / 1000);
    if (current !== second) {
      second = current;
      rejections = 0;
    }
    rejections += 1;
    return rejections <= fullPerSecond || rejections % sampleEvery === 0;
  };
  return isRejectionLogged;
};
