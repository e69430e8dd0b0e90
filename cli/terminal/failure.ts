import { credentialsRemedy, expiryRemedy, regionRemedy, type AwsShell } from '../target/aws-profile';
import { CliError, type FailureReason } from './cli-error';
import { errorCode } from './error-code';
import { terminalLines, terminalText } from './terminal-text';
import { cli, start } from './program-name';

export interface Failure {
  readonly text: string;
  readonly reason: FailureReason;
  readonly exitCode: 1 | 2 | 130;
}

/** What helps to explain an error. */
export interface FailureCircumstances {
  readonly shell?: AwsShell | undefined;
  /** Whether the command talked to a deployed gateway; undefined if that is not known. */
  readonly isDeployed?: boolean | undefined;
}

/** Interrupted by the user, as shells report it. */
const interrupted: Failure = { text: 'Interrupted.', reason: 'interrupted', exitCode: 130 };

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

const checkNetwork =
  'Check the network, the VPN or proxy, and the region (AWS_REGION): a region that does not exist has no address';

const connectionAdvice = (isDeployed: boolean | undefined): string => {
  if (isDeployed === true) return `${checkNetwork}.`;
  if (isDeployed === false) return `Start the local gateway with \`${start}\`, or restart it.`;
  return `Start the local gateway with \`${start}\`, name a deployed stage with --stage, or check the network.`;
};

/** The server's name if the error has it: that of AWS contains the region. */
const serverOf = (error: Error): string =>
  'hostname' in error && typeof error.hostname === 'string' ? ` to ${terminalText(error.hostname)}` : '';

type Described = Pick<Failure, 'text' | 'reason'>;

const describeError = (error: Error, { shell, isDeployed }: FailureCircumstances): Described => {
  const code = errorCode(error);
  if (cannotConnect.includes(code)) {
    const text = `Cannot connect${serverOf(error)} (${code}). ${connectionAdvice(isDeployed)}`;
    return { reason: 'cannot_connect', text };
  }
  if (error.name === 'TimeoutError') {
    const server = { true: 'AWS', false: 'The local gateway', undefined: 'AWS or the local gateway' }[`${isDeployed}`];
    const again = [
      ...(isDeployed === true ? [] : [`restart \`${start}\``]),
      ...(isDeployed === false ? [] : ['check the network and https://health.aws.amazon.com']),
    ].join(', or ');
    return {
      reason: 'timeout',
      text: `${server} did not answer in time. Try again; if it happens again, ${again}.`,
    };
  }
  if (isWithoutCredentials(error)) {
    const why =
      (shell === undefined ? undefined : credentialsRemedy(shell)) ??
      'Sign in (for example `aws sso login`) or set AWS_PROFILE, then try again.';
    return { reason: 'no_credentials', text: `No AWS credentials. ${terminalText(why)}` };
  }
  if (isWithoutRegion(error)) {
    const why =
      (shell === undefined ? undefined : regionRemedy(shell)) ??
      'Set AWS_REGION or AWS_DEFAULT_REGION, or AWS_PROFILE to a profile that has one.';
    return { reason: 'no_region', text: `No AWS region. ${terminalText(why)}` };
  }
  if (hasExpired(error)) {
    const why = shell === undefined ? 'Sign in again (for example `aws sso login`).' : expiryRemedy(shell);
    return { reason: 'expired_credentials', text: `The AWS credentials have expired. ${terminalText(why)}` };
  }
  // `$fault` marks an error that the service returned; its message names the action and the resource.
  if ('$fault' in error) {
    return {
      reason: 'aws_refused',
      text: `AWS refused: ${error.name}: ${terminalText(error.message)}\nNext: ${nextAfterRefusal(error.name)}`,
    };
  }
  return {
    reason: 'unexpected_error',
    text: `Unexpected error. Please report it.\n${terminalLines(error.stack ?? error.message)}`,
  };
};

const isWithoutCredentials = (error: Error): boolean =>
  ['CredentialsProviderError', 'TokenProviderError'].includes(error.name);
const isWithoutRegion = (error: Error): boolean => error.message.startsWith('Region is missing');

const hasExpired = (error: Error): boolean =>
  ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'].includes(error.name);

/** Whether the shell's AWS configuration can explain the error. */
export const isAwsShellError = (error: unknown): boolean =>
  error instanceof Error && (isWithoutCredentials(error) || isWithoutRegion(error) || hasExpired(error));

/** The message for the operator, the reason for programs and the exit code, for anything thrown. */
export const describeFailure = (
  error: unknown,
  signal: AbortSignal,
  circumstances: FailureCircumstances = {},
): Failure => {
  if (signal.aborted || isPromptLeft(error)) return interrupted;
  if (error instanceof CliError) {
    return { text: terminalLines(error.message), reason: error.reason, exitCode: error.exitCode };
  }
  return {
    exitCode: 1,
    ...(error instanceof Error
      ? describeError(error, circumstances)
      : { text: 'Unexpected error.', reason: 'unexpected_error' }),
  };
};
