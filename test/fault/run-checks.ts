/** A check passes unless it throws. */
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
  /** How many run at once: checks wait most of their time. */
  readonly atOnce: number;
  readonly print: (line: string) => void;
}

/** Runs checks, reports each as it ends, and counts them. A failed check does not stop the others. */
export const runChecks = async (
  heading: string,
  checks: readonly Check[],
  { atOnce, print }: CheckOptions,
): Promise<Counts> => {
  print(`${heading} (${checks.length})`);
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
        print(`  ok      ${title} ${seconds()}`);
      } catch (error) {
        failed += 1;
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        print(`  FAILED  ${title} ${seconds()}\n${reason.replace(/^/gm, '          ')}`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { passed, failed };
};
