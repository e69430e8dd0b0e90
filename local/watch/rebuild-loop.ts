export interface RebuildLoop {
  /** Schedules a build. Two builds never overlap: a change during a build starts another build after it. */
  readonly changed: () => void;
  /** Starts no more builds, and waits for one in progress. */
  readonly close: () => Promise<void>;
}

/**
 * @param rebuild reports its own failures and never rejects
 * @param quietMs how long to wait after the last change, because an editor writes a file in several steps
 */
export const createRebuildLoop = (rebuild: () => Promise<void>, quietMs = 60): RebuildLoop => {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isDue = false;
  let isClosed = false;

  const run = async (): Promise<void> => {
    while (isDue && !isClosed) {
      isDue = false;
      await rebuild();
    }
    running = undefined;
  };

  return {
    changed: () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        isDue = true;
        running ??= run();
      }, quietMs);
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await running;
    },
  };
};
