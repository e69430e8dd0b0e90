import type { Colors } from 'picocolors/types';
import type { AwsShell } from './target/aws-profile';
import type { Backend } from './clients/ports';
import type { Output } from './terminal/output';
import type { Post } from './clients/post';
import type { TwilioEnvironment } from './twilio/api/accounts';

/** Everything of the outside world that a command may use. */
export interface CliEnvironment {
  readonly output: Output;
  readonly paint: Colors;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Asks the person at the terminal; undefined where there is none. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
  /** Reads a secret: without echo at a terminal, else from standard input. */
  readonly readHidden: (question: string) => Promise<string>;
  /**
   * Reads what the operator gives a command to look at.
   * @param path a file; undefined reads standard input
   * @throws CliError if it cannot be read or is too large
   */
  readonly readInput: (path: string | undefined) => Promise<Buffer>;
  /** @param stage undefined means the local gateway */
  openBackend(stage: string | undefined): Promise<Backend>;
  readonly post: Post;
  readonly twilio: TwilioEnvironment;
  /** Which profile and region the shell names: explains what the SDK does not find. */
  readonly awsShell?: () => Promise<AwsShell>;
  now(): Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** What a command is registered with: the world, its target, and how to say that it did not work. */
export interface CommandContext extends Omit<CliEnvironment, 'openBackend'> {
  openBackend(): Promise<Backend>;
  /** The command ran, but its answer is a failure for scripts: the process exits with 1. */
  exitWithFailure(): void;
}
