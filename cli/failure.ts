import { CliError } from './cli-error';
import { terminalLines, terminalText } from './terminal-text';

export interface Failure {
  readonly text: string;
  readonly exitCode: 1 | 2 | 130;
}

/** Interrupted by the user, as shells report it. */
const interrupted: Failure = { text: 'Interrupted.', exitCode: 130 };

const cannotConnect = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH'];

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.name;

const describe = (error: Error): string => {
  const code = codeOf(error);
  if (cannotConnect.includes(code)) {
    return `Cannot connect (${code}). Is the local gateway still running, or the network up?`;
  }
  if (error.name === 'TimeoutError') {
    return 'AWS or the local gateway did not answer in time. Try again.';
  }
  if (['CredentialsProviderError', 'TokenProviderError'].includes(error.name)) {
    return 'No AWS credentials. Sign in (for example `aws sso login`) or set AWS_PROFILE, then try again.';
  }
  if (error.message.startsWith('Region is missing')) {
    return 'No AWS region. Set AWS_REGION, or AWS_PROFILE to a profile that has one.';
  }
  if (['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'].includes(error.name)) {
    return 'The AWS credentials have expired. Sign in again.';
  }
  // The SDK marks what a service answered; its message names the action and resource that the operator needs.
  if ('$fault' in error) return `AWS refused: ${error.name}: ${terminalText(error.message)}`;
  return `Unexpected fault. Please report it.\n${terminalLines(error.stack ?? error.message)}`;
};

/** What to tell the operator, and how to exit, for anything thrown. */
export const describeFailure = (error: unknown, signal: AbortSignal): Failure => {
  if (signal.aborted) return interrupted;
  if (error instanceof CliError) return { text: terminalLines(error.message), exitCode: error.exitCode };
  return { text: error instanceof Error ? describe(error) : 'Unexpected fault.', exitCode: 1 };
};
