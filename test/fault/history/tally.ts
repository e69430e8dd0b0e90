import type { DeliveryCounts } from '../checker/accepted';
import type { Violation } from '../checker/check-history';
import type { Check } from '../run-checks';

/** What the histories of a run were excused from, so that a run which excused much says so. */
export interface Tally {
  addHistory(counts: DeliveryCounts): void;
  /** A history that was late and nothing else, and is therefore played again. */
  addReplay(seed: number, late: readonly Violation[]): void;
  lines(): readonly string[];
  checks(): readonly Check[];
}

/** One history in so many may be played again, begun ones counted as whole. */
const historiesForOneReplay = 20;

export const createTally = (): Tally => {
  const sum = { accepted: 0, fault: 0, starved: 0, refused: 0 };
  const replays: { readonly seed: number; readonly late: number }[] = [];
  let played = 0;
  const histories = (): number => played - replays.length;
  const allowed = (): number => Math.ceil(histories() / historiesForOneReplay);
  return {
    addHistory: ({ accepted, fault, starved, refused }) => {
      played += 1;
      sum.accepted += accepted;
      sum.fault += fault;
      sum.starved += starved;
      sum.refused += refused;
    },
    addReplay: (seed, late) => void replays.push({ seed, late: late.length }),
    lines: () => [
      `genuine deliveries: ${sum.accepted} accepted; not accepted: ${sum.fault} behind a fault, ` +
        `${sum.starved} while the machine was starved, ${sum.refused} without an excuse`,
      `played again for late answers: ${replays.length} of ${histories()} histories, ${allowed()} allowed` +
        replays.map(({ seed, late }) => `; seed ${seed}: ${late} late`).join(''),
    ],
    checks: () => [
      {
        title: `plays at most one history in ${historiesForOneReplay} again`,
        run: () =>
          replays.length <= allowed()
            ? Promise.resolve()
            : Promise.reject(new Error(`${replays.length} of ${histories()} were played again`)),
      },
    ],
  };
};
