/** The number of rows, items or events between two notes about the progress. */
const progressStep = 1_000;

/** Calls `note` each time the count has passed another thousand. */
export const createProgress = (note: (count: number) => void): ((count: number) => void) => {
  let next = progressStep;
  return (count) => {
    if (count < next) return;
    next = (Math.floor(count / progressStep) + 1) * progressStep;
    note(count);
  };
};
