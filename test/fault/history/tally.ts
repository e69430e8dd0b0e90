import type { DeliveryCounts } from '../checker/accepted';
import type { Violation } from '../checker/check-history';
import type { Check } from '../run-checks';

/** Counts what the checker excused in all histories of a run, so that the report shows it. */
export interface Tally {
  addHistory(counts: DeliveryCounts): void;
  /** A history whose only violation is late answers, and which is therefore run again. */
  addReplay(seed: number, late: readonly Violation[]): void;
  lines(): readonly string[];
  checks(): readonly Check[];
}

/** One history in this many may be run again, rounded up. */
const historiesForOneReplay = 20;

export const createTally = (): Tally => {
  const sum = { accepted: 0, fault: 0, starved: 0, refused: 0 };
  const replays: { readonly seed: number; readonly late: number }[] = [];
  let runs = 0;
  const histories = (): number => runs - replays.length;
  const allowed = (): number => Math.ceil(histories() / historiesForOneReplay);
  return {
    addHistory: ({ accepted, fault, starved, refused }) => {
      runs += 1;
      sum.accepted += accepted;
      sum.fault += fault;
      sum.starved += starved;
      sum.refused += refused;
    },
    addReplay: (seed, late) => void replays.push({ seed, late: late.length }),
    lines: () => [
      `genuine deliveries: ${sum.accepted} accepted; not accepted: ${sum.fault} because of a fault, ` +
        `${sum.starved} while the machine was starved, ${sum.refused} without an excuse`,
      `run again for late answers: ${replays.length} of ${histories()} histories, ${allowed()} allowed` +
        replays.map(({ seed, late }) => `; seed ${seed}: ${late} late`).join(''),
    ],
    checks: () => [
      {
        title: `runs at most one history in ${historiesForOneReplay} again`,
        run: () =>
          replays.length <= allowed()
            ? Promise.resolve()
            : Promise.reject(new Error(`${replays.length} of ${histories()} were run again`)),
      },
    ],
  };
};
