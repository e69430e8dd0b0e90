/** npm hands a terminal's Ctrl-C, which we get ourselves, on to us: within this time, in milliseconds, it is the same one. */
const sameSignalMs = 1_000;

/**
 * At the first SIGINT or SIGTERM brings things to an end and exits with 0; a later one ends the process at once, with 1.
 * @param fail told of what `stop` rejects with; it ends the process, too
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
