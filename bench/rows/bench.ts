import type { Endpoints } from '../environments';
import type { Figure } from '../figures';
import type { RunningProgram } from '../processes';
import type { Programs } from '../programs';

/** Shared by all rows. */
export interface Bench {
  readonly programs: Programs;
  readonly aws: RunningProgram<Endpoints>;
  /** A temporary directory, deleted at the end. */
  readonly scratch: string;
  /** File with the certificate of the fake AWS. */
  readonly certificateFile: string;
  /** A smoke test: few rounds, whose figures only prove that everything runs. */
  readonly quick: boolean;
}

export type Row = (bench: Bench) => Promise<readonly Figure[]>;
