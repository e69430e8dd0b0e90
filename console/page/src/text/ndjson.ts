export interface Lines {
  readonly lines: readonly string[];
  /** The beginning of a line whose end has not arrived. */
  readonly rest: string;
}

/** Splits a stream into lines: `rest` of the chunk before, then a new chunk. Empty lines are left out. */
export const splitLines = (rest: string, chunk: string): Lines => {
  const parts = (rest + chunk).split('\n');
  const last = parts.pop() ?? '';
  return { lines: parts.filter((line) => line.trim() !== ''), rest: last };
};
