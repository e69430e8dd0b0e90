import type { Colors } from 'picocolors/types';
import type { AwsShell } from './target/aws-profile';
import type { RunDev } from './dev/run';
import type { TargetChoice } from './target/choice';
import type { Backend } from './clients/ports';
import type { Output } from './terminal/output';
import type { Post } from './clients/post';
import type { TwilioEnvironment } from './twilio/api/accounts';

/** Everything a command may use of its process, terminal, network and clock. */
export interface CliEnvironment {
  readonly output: Output;
  readonly paint: Colors;
  /** The width of the terminal; undefined without a terminal. */
  readonly terminalColumns?: number | undefined;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Asks a yes/no question; undefined without a terminal. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
  /** Asks for a text; absent without a terminal. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
  /** Reads a secret: without echo at a terminal, else from standard input. */
  readonly readHidden: (question: string) => Promise<string>;
  /**
   * Reads the input of a command, such as a captured request.
   * @param path a file; undefined reads standard input
   * @throws CliError if it cannot be read or is too large
   */
  readonly readInput: (path: string | undefined) => Promise<Buffer>;
  /** @throws CliError if there is no such gateway */
  openBackend(choice: TargetChoice): Promise<Backend>;
  readonly post: Post;
  readonly twilio: TwilioEnvironment;
  readonly runDev: RunDev;
  /** Where the process was started. */
  readonly workingDirectory: () => string;
  /** The stages of lib/stages.ts; none in the package. */
  readonly stageNames: () => Promise<readonly string[]>;
  /** The profile and region that the shell sets, to explain what the SDK cannot find. */
  readonly awsShell?: () => Promise<AwsShell>;
  now(): Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** The context in which a command is registered. `openBackend` opens the gateway that the options select. */
export interface CommandContext extends Omit<CliEnvironment, 'openBackend'> {
  openBackend(): Promise<Backend>;
  /** The options that name the gateway. */
  choice(): TargetChoice;
  /** Makes the process exit with 1 after the command has completed. */
  exitWithFailure(): void;
}
