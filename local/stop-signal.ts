/**
 * Ctrl-C reaches this process twice: from the terminal and through npm. Within this time, in milliseconds, both are
 * one signal.
 */
const sameSignalMs = 1_000;

/**
 * The first SIGINT or SIGTERM calls `stop`, then exits with 0; a later one exits at once with 1.
 * @param fail receives the rejection of `stop`; it must exit as well
 */
export const onStopSignal = (stop: () => Promise<void>, fail: (error: unknown) => void): void => {
  let signalledAt: number | undefined;
  const handle = (): void => {
    if (signalledAt === undefined) {
      signalledAt = performance.now();
      void stop().then(() => process.exit(0), fail);
    } else if (performance.now() - signalledAt > sameSignalMs) {
      process.exit(1);
    }
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
};
