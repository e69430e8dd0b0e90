import type { Endpoints } from '../environments';
import type { Figure } from '../figures';
import type { RunningProgram } from '../processes';
import type { Programs } from '../programs';

/** What every row gets. */
export interface Bench {
  readonly programs: Programs;
  readonly aws: RunningProgram<Endpoints>;
  /** A directory of its own, deleted at the end. */
  readonly scratch: string;
  /** File with the certificate that the fake AWS shows. */
  readonly certificateFile: string;
  /** A smoke test: few rounds, figures that prove that everything runs and nothing else. */
  readonly quick: boolean;
}

export type Row = (bench: Bench) => Promise<readonly Figure[]>;
