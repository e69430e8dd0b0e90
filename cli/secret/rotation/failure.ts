import { TwilioApiError } from '../../../lambda/shared/twilio/twilio-api-error';
import { nextAfter } from '../../twilio/api/account-api';
import { terminalText } from '../../terminal/terminal-text';
import { blockerMessages } from './messages';
import type { Rotation } from './rotate';
import { CliError } from '../../terminal/cli-error';
import { cli } from '../../terminal/program-name';

export const describeBlocker = (blocker: keyof typeof blockerMessages, { command, source }: Rotation): string =>
  blockerMessages[blocker].replace('{rotate}', command).replace('{set}', `${cli} secret set${source.stageOption}`);

const causeOf = (error: unknown): string => {
  if (error instanceof TwilioApiError) return error.message;
  if (!(error instanceof Error)) return 'Unexpected error';
  // AWS's message names the action and the resource.
  return '$fault' in error ? `AWS refused: ${error.name}: ${terminalText(error.message)}` : error.name;
};

/** Adds the current state and the next command to an error; a CliError already has both. */
export const withNextStep = (error: unknown, what: string, { command, context }: Rotation): unknown => {
  if (error instanceof CliError) return error;
  if (context.signal.aborted) {
    context.output.note(
      `Stopped. ${what}\nNext: ${command} continues; with --cancel, before the promotion, it undoes.`,
    );
    // A CliError, so that the next catch adds nothing.
    return new CliError('Interrupted.', 1, { cause: error });
  }
  const isRefused = error instanceof TwilioApiError && (error.status === 401 || error.status === 403);
  const help = isRefused ? `${nextAfter(error)} Then: ` : '';
  return new CliError(
    `${causeOf(error)}. ${what}\nNext: ${help}${command} reads the state and continues from there.`,
    1,
    { cause: error },
  );
};
