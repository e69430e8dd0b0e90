/** The median of several rounds, and the quartiles as its spread. */
export interface Sample {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly rounds: number;
}

export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
};

/** @throws Error for a round without a number, which a median would hide */
export const sample = (values: readonly number[]): Sample => {
  if (values.length === 0 || !values.every(Number.isFinite)) {
    throw new Error(`A round returned no number: ${values.join(', ')}.`);
  }
  return {
    median: quantile(values, 0.5),
    low: quantile(values, 0.25),
    high: quantile(values, 0.75),
    rounds: values.length,
  };
};

/** Ratios per round, because both programs ran under the same conditions in a round. */
export const ratios = (ours: readonly number[], theirs: readonly number[]): Sample =>
  sample(ours.map((value, round) => value / (theirs[round] ?? NaN)));

/**
 * Runs each measurement once per round, and begins each round with another one, so that a slow machine slows all of
 * them down alike.
 */
export const interleave = async <Name extends string>(
  measurements: Readonly<Record<Name, () => Promise<number>>>,
  rounds: number,
): Promise<Readonly<Record<Name, readonly number[]>>> => {
  // Object.keys loses the type of the keys.
  const names = Object.keys(measurements) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    const turn = round % names.length;
    for (const name of [...names.slice(turn), ...names.slice(0, turn)]) values[name].push(await measurements[name]());
  }
  return values;
};
