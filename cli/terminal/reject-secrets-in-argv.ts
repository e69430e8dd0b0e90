import { CliError } from './cli-error';

const secretOption =
  /^--?(?:twilio[-_]?)?(?:auth[-_]?token|token|pass(?:word|wd)?|secret(?:[-_]?(?:key|value|string))?|api[-_]?(?:key|secret))(?:=|$)/i;
const secretAssignment = /^(?:twilio[-_]?)?(?:auth[-_]?token|token|password|api[-_]?(?:key|secret))=/i;

/**
 * A command line is read by every user of the machine (`ps`) and kept in the shell's history: no secret belongs there.
 * @throws CliError that never repeats the argument
 */
export const rejectSecretArguments = (args: readonly string[]): void => {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  if (options.some((arg) => secretOption.test(arg) || secretAssignment.test(arg))) {
    throw new CliError(
      'No command takes a token, password or key as an argument: other users of this machine and your shell history could ' +
        'read it.\n`npx gateway secret set` asks for the Auth Token without echo, or reads it from standard input.\n' +
        'If you have just typed a real one, remove the line from your shell history and rotate it.',
      2,
    );
  }
};

/** Hides what has the form of an Auth Token from a text that repeats arguments. SIDs stay: they have a prefix. */
export const hideTokens = (text: string): string =>
  text.replace(/(?<![0-9A-Za-z])[0-9A-Fa-f]{32}(?![0-9A-Za-z])/g, '[hidden]');
