export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

export interface Latencies {
  readonly add: (milliseconds: number) => void;
  /** Undefined before the first one. */
  readonly percentiles: () => Percentiles | undefined;
}

/** Counts latencies by whole milliseconds: under load many requests share a count, so the memory stays small. */
export const createLatencies = (): Latencies => {
  const counts = new Map<number, number>();
  let total = 0;
  return {
    add: (milliseconds) => {
      const whole = Math.max(0, Math.round(milliseconds));
      counts.set(whole, (counts.get(whole) ?? 0) + 1);
      total += 1;
    },
    percentiles: () => {
      if (total === 0) return undefined;
      const sorted = [...counts].sort(([one], [other]) => one - other);
      return { p50: nearestRank(sorted, total * 0.5), p95: nearestRank(sorted, total * 0.95) };
    },
  };
};

/** The smallest value that at least `rank` of the values do not exceed. */
const nearestRank = (sorted: readonly (readonly [number, number])[], rank: number): number => {
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    if (seen >= rank) return value;
  }
  return sorted.at(-1)?.[0] ?? 0;
};
