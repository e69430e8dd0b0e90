import { InvalidArgumentError, Option } from 'commander';
import { isAccountSid } from '../../lambda/shared/payload/sid';

/** A parser of whole numbers for commander, with its bounds in the message. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(
        `Allowed are whole numbers from ${min} to ${max.toLocaleString('en-US')}.`,
      );
    }
    return value;
  };

export const accountSidArgument = (text: string): string => {
  if (!isAccountSid(text)) throw new InvalidArgumentError('An account SID is AC and 32 hexadecimal digits.');
  return text;
};

/** One function, so that `--json` means the same everywhere. */
export const jsonOption = (): Option => new Option('--json', 'print JSON for programs on stdout');
