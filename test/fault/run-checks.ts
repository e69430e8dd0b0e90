/** One thing that is proven, by not throwing. */
export interface Check {
  /** A sentence of behaviour. */
  readonly title: string;
  readonly run: () => Promise<void>;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

export interface CheckOptions {
  /** How many at once. Most of a check's time is waiting. */
  readonly atOnce: number;
  readonly say: (line: string) => void;
}

/** Runs checks, tells of each as it ends, and counts. One that fails stops no other. */
export const runChecks = async (
  heading: string,
  checks: readonly Check[],
  { atOnce, say }: CheckOptions,
): Promise<Counts> => {
  say(`${heading} (${checks.length})`);
  const waiting = checks.values();
  let passed = 0;
  let failed = 0;
  const work = async (): Promise<void> => {
    for (const { title, run } of waiting) {
      const startedAt = Date.now();
      const seconds = (): string => `(${((Date.now() - startedAt) / 1000).toFixed(1)} s)`;
      try {
        await run();
        passed += 1;
        say(`  ok      ${title} ${seconds()}`);
      } catch (error) {
        failed += 1;
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        say(`  FAILED  ${title} ${seconds()}\n${reason.replace(/^/gm, '          ')}`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { passed, failed };
};
