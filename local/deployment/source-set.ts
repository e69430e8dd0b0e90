/** Something that invokes a function with what it reads, or at a rate, until it is stopped. */
export interface WantedSource {
  /** Sources with the same text are the same source. */
  readonly definition: string;
  /** @returns a function that stops it after the current batch */
  readonly start: () => Promise<() => Promise<void>>;
}

export interface SourceSet {
  /** Stops what is no longer wanted, then starts what is new. */
  apply(wanted: readonly WantedSource[]): Promise<void>;
}

export const createSourceSet = (): SourceSet => {
  const running = new Map<string, () => Promise<void>>();
  return {
    apply: async (wanted) => {
      const definitions = new Set(wanted.map(({ definition }) => definition));
      const stops = [...running].filter(([definition]) => !definitions.has(definition));
      for (const [definition] of stops) running.delete(definition);
      await Promise.all(stops.map(([, stop]) => stop()));
      for (const { definition, start } of wanted) {
        if (!running.has(definition)) running.set(definition, await start());
      }
    },
  };
};
