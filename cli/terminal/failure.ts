import { credentialsRemedy, regionRemedy, type AwsShell } from '../target/aws-profile';
import { CliError } from './cli-error';
import { errorCode } from './error-code';
import { terminalLines, terminalText } from './terminal-text';
import { cli, start } from './program-name';

interface Failure {
  readonly text: string;
  readonly exitCode: 1 | 2 | 130;
}

/** Interrupted by the user, as shells report it. */
const interrupted: Failure = { text: 'Interrupted.', exitCode: 130 };

/** Ctrl-C at a hidden prompt: the prompt receives the key, so there is no signal. */
const isPromptLeft = (error: unknown): boolean =>
  error instanceof Error && ['ExitPromptError', 'AbortPromptError', 'CancelPromptError'].includes(error.name);

const cannotConnect = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH'];

/** The most likely fix; AWS's message names the action and the resource. */
const nextAfterRefusal = (name: string): string => {
  if (/^(?:AccessDenied|NotAuthorized|UnauthorizedOperation|AuthorizationError)/.test(name)) {
    return (
      '`aws sts get-caller-identity` shows who you are; sign in with a role that may do this ' +
      '(`aws sso login`, AWS_PROFILE).'
    );
  }
  if (/^(?:UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignature)/.test(name)) {
    return 'sign in again (`aws sso login`), or set AWS_PROFILE to a profile whose credentials are valid.';
  }
  if (/Throttl|TooManyRequests|LimitExceeded|^(?:Internal|ServiceUnavailable)/.test(name)) {
    return 'wait a moment and run the command again.';
  }
  return `check --stage, AWS_REGION and AWS_PROFILE; \`${cli} doctor\` with the same --stage shows what is missing.`;
};

const describeError = (error: Error, shell: AwsShell | undefined): string => {
  const code = errorCode(error);
  if (cannotConnect.includes(code)) {
    return (
      `Cannot connect (${code}). Start the local gateway with \`${start}\`, name a deployed stage with --stage, ` +
      'or check the network.'
    );
  }
  if (error.name === 'TimeoutError') {
    return (
      `AWS or the local gateway did not answer in time. Try again; if it happens again, restart \`${start}\`, ` +
      'or check the network and https://health.aws.amazon.com.'
    );
  }
  if (isWithoutCredentials(error)) {
    const why = shell === undefined ? undefined : credentialsRemedy(shell);
    if (why !== undefined) return `No AWS credentials. ${terminalText(why)}`;
    return 'No AWS credentials. Sign in (for example `aws sso login`) or set AWS_PROFILE, then try again.';
  }
  if (isWithoutRegion(error)) {
    const why = shell === undefined ? undefined : regionRemedy(shell);
    if (why !== undefined) return `No AWS region. ${terminalText(why)}`;
    return 'No AWS region. Set AWS_REGION or AWS_DEFAULT_REGION, or AWS_PROFILE to a profile that has one.';
  }
  if (['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'].includes(error.name)) {
    return 'The AWS credentials have expired. Sign in again (for example `aws sso login`).';
  }
  // `$fault` marks an error that the service returned; its message names the action and the resource.
  if ('$fault' in error) {
    return `AWS refused: ${error.name}: ${terminalText(error.message)}\nNext: ${nextAfterRefusal(error.name)}`;
  }
  return `Unexpected error. Please report it.\n${terminalLines(error.stack ?? error.message)}`;
};

const isWithoutCredentials = (error: Error): boolean =>
  ['CredentialsProviderError', 'TokenProviderError'].includes(error.name);
const isWithoutRegion = (error: Error): boolean => error.message.startsWith('Region is missing');

/** Whether the shell's AWS configuration can explain the error. */
export const isAwsShellError = (error: unknown): boolean =>
  error instanceof Error && (isWithoutCredentials(error) || isWithoutRegion(error));

/**
 * The message for the operator and the exit code, for anything thrown.
 * @param shell if it is known
 */
export const describeFailure = (error: unknown, signal: AbortSignal, shell?: AwsShell): Failure => {
  if (signal.aborted || isPromptLeft(error)) return interrupted;
  if (error instanceof CliError) return { text: terminalLines(error.message), exitCode: error.exitCode };
  return { text: error instanceof Error ? describeError(error, shell) : 'Unexpected error.', exitCode: 1 };
};
