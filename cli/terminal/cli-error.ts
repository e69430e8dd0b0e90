/** What kind of failure it is, for programs: `error.reason` with --json. */
export type FailureReason =
  | 'wrong_usage'
  | 'no_gateway'
  | 'not_found'
  | 'no_credentials'
  | 'expired_credentials'
  | 'no_region'
  | 'aws_refused'
  | 'cannot_connect'
  | 'timeout'
  | 'interrupted'
  | 'unexpected_error'
  /** The command could not do what it was told to; the message says why. */
  | 'failed';

interface CliErrorOptions extends ErrorOptions {
  readonly reason?: FailureReason;
}

/** An error whose message is written for the operator; printed without a stack. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly reason: FailureReason;
  constructor(
    message: string,
    /** 1: failure; 2: wrong usage. */
    readonly exitCode: 1 | 2 = 1,
    { reason = exitCode === 2 ? 'wrong_usage' : 'failed', ...options }: CliErrorOptions = {},
  ) {
    super(message, options);
    this.reason = reason;
  }
}
