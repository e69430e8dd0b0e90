/**
 * Reports progress: calls `note` each time the count has passed another multiple of `step`. A count that starts again
 * from the beginning, as for a second scan of the table, is reported again.
 */
export const createProgress = (note: (count: number) => void, step = 1_000): ((count: number) => void) => {
  let next = step;
  return (count) => {
    if (count < next - step) next = step;
    if (count < next) return;
    next = (Math.floor(count / step) + 1) * step;
    note(count);
  };
};
