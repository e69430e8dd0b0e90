/** Whether fewer parts still fail; called for several candidates at once. */
export type StillFails<T> = (parts: readonly T[]) => Promise<boolean>;

/**
 * Removes parts of something that fails while it still fails: all of them first, then halves, down to single parts
 * (delta debugging, https://doi.org/10.1109/32.988498).
 * @param isOver checked before each round; once true, the smallest result so far is returned
 */
export const shrink = async <T>(
  parts: readonly T[],
  stillFails: StillFails<T>,
  isOver: () => boolean = () => false,
): Promise<readonly T[]> => {
  let smallest = parts;
  for (let pieces = 1; smallest.length > 0 && !isOver();) {
    const size = Math.ceil(smallest.length / pieces);
    const candidates = Array.from({ length: Math.ceil(smallest.length / size) }, (_, at) =>
      smallest.filter((_part, index) => index < at * size || index >= (at + 1) * size),
    );
    const smaller = await firstThatFails(candidates, stillFails, isOver);
    if (smaller !== undefined) {
      smallest = smaller;
      pieces = Math.max(2, pieces - 1);
    } else if (size === 1) {
      return smallest;
    } else {
      pieces = Math.min(smallest.length, pieces * 2);
    }
  }
  return smallest;
};

/** Candidates that are tried at the same time. */
const atOnce = 4;

const firstThatFails = async <T>(
  candidates: readonly (readonly T[])[],
  stillFails: StillFails<T>,
  isOver: () => boolean,
): Promise<readonly T[] | undefined> => {
  for (let at = 0; at < candidates.length && !isOver(); at += atOnce) {
    const tried = candidates.slice(at, at + atOnce);
    const failed = await Promise.all(tried.map((candidate) => stillFails(candidate)));
    const found = tried.find((_candidate, index) => failed[index] === true);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** What shrinking makes smaller. */
interface Shrinkable {
  readonly faults: readonly unknown[];
  readonly steps: readonly unknown[];
}

/** The smallest plan found that still fails. `stillFails` may throw: a smaller plan can be impossible. */
export const shrinkPlan = async <P extends Shrinkable>(
  plan: P,
  stillFails: (plan: P) => Promise<boolean>,
  withinMs: number,
): Promise<P> => {
  const until = Date.now() + withinMs;
  const isOver = () => Date.now() > until;
  const fails = (smaller: P): Promise<boolean> => stillFails(smaller).catch(() => false);
  // Faults first: each removed fault makes the following runs faster.
  const faults = await shrink(plan.faults, (left) => fails({ ...plan, faults: left }), isOver);
  const steps = await shrink(plan.steps, (left) => fails({ ...plan, faults, steps: left }), isOver);
  return { ...plan, faults, steps };
};
