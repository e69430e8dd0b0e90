import { CliError } from './cli-error';
import { cli } from './program-name';

const secretName = [
  'auth[-_]?token',
  'token',
  'pass(?:word|wd)?',
  'secret(?:[-_]?(?:key|value|string))?',
  'api[-_]?(?:key|secret)',
].join('|');
const secretOption = new RegExp(`^--?(?:twilio[-_]?)?(?:${secretName})(?:=|$)`, 'i');
const secretAssignment = /^(?:twilio[-_]?)?(?:auth[-_]?token|token|password|api[-_]?(?:key|secret))=/i;

/**
 * Every user of the machine can read a command line (`ps`), and the shell keeps it in its history.
 * @throws CliError that never repeats the argument
 */
export const rejectSecretArguments = (args: readonly string[]): void => {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  if (options.some((arg) => secretOption.test(arg) || secretAssignment.test(arg))) {
    throw new CliError(
      'No command takes a token, password or key as an argument: other users of this machine could read it, and your ' +
        'shell keeps it in its history.\n' +
        `\`${cli} secret set\` asks for the Auth Token without echo, or reads it from standard input.\n` +
        'If you typed a real one, remove the line from your shell history and rotate the secret.',
      2,
    );
  }
};

/** Hides what looks like an Auth Token. SIDs stay visible: they have a prefix. */
export const hideTokens = (text: string): string =>
  text.replace(/(?<![0-9A-Za-z])[0-9A-Fa-f]{32}(?![0-9A-Za-z])/g, '[hidden]');
