import type { Invariant } from '../checker/check-history';
import type { Patch } from './mutated-assembly';

/** A plausible bug, and the invariants that it breaks. */
export interface Mutant {
  readonly name: string;
  /** The checker must find one of these broken. */
  readonly breaks: readonly Invariant[];
  readonly patches: readonly Patch[];
  /** One of the twenty seeds, known to find it; tried first to save time. */
  readonly foundBySeed?: number;
  /** It must be found within this many seeds. @default all twenty */
  readonly withinSeeds?: number;
}

export const patch = (file: string, find: string, replace: string): Patch => ({ file, find, replace });
