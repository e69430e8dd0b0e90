import type { FunctionConfiguration } from '../functions/execution-environment';

/** Text that a function has printed, of one line or several. */
export interface FunctionOutput {
  /** Its logical id; `event-source` for a failure to read a queue or a stream. */
  readonly functionName: string;
  /** Absent for `event-source`. */
  readonly configuration?: Pick<FunctionConfiguration, 'modulePath' | 'environment'>;
  readonly text: string;
  /** Of the invocation that printed it. */
  readonly event?: unknown;
}
