import { nextAfter, TwilioRequestError } from '../../twilio/api/account-api';
import { terminalText } from '../../terminal/terminal-text';
import { blockerMessages } from './messages';
import type { Rotation } from './rotate';
import { CliError } from '../../terminal/cli-error';

export const describeBlocker = (
  blocker: keyof typeof blockerMessages,
  { command, source }: Rotation,
): string =>
  blockerMessages[blocker]
    .replace('{rotate}', command)
    .replace('{set}', `npx gateway secret set${source.stageOption}`);

const causeOf = (error: unknown): string => {
  if (error instanceof TwilioRequestError) return error.message;
  if (!(error instanceof Error)) return 'Unexpected fault';
  // What an AWS service answered names the action and resource that the operator needs.
  return '$fault' in error ? `AWS refused: ${error.name}: ${terminalText(error.message)}` : error.name;
};

/** An error with what is safe and what to run next. Ours say that themselves. */
export const withNextStep = (error: unknown, what: string, { command, context }: Rotation): unknown => {
  if (error instanceof CliError) return error;
  if (context.signal.aborted) {
    context.output.note(
      `Stopped. ${what}\nNext: ${command} goes on; with --cancel, before the promotion, it undoes.`,
    );
    // Said once: whoever catches it next has nothing to add.
    return new CliError('Interrupted.', 1, { cause: error });
  }
  const isRefused = error instanceof TwilioRequestError && (error.status === 401 || error.status === 403);
  const help = isRefused ? `${nextAfter(error)} Then: ` : '';
  return new CliError(
    `${causeOf(error)}. ${what}\nNext: ${help}${command} looks at what is so and goes on from there.`,
    1,
    { cause: error },
  );
};
