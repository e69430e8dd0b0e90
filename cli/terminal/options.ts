import { InvalidArgumentError, Option } from 'commander';
import { isAccountSid } from '../../lambda/shared/payload/sid';

/** Parses a whole number for commander; the error message has the bounds. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`Allowed are whole numbers from ${min} to ${max.toLocaleString('en-US')}.`);
    }
    return value;
  };

export const accountSidArgument = (text: string): string => {
  if (!isAccountSid(text)) throw new InvalidArgumentError('An account SID is AC and 32 hexadecimal digits.');
  return text;
};

export const keySidArgument = (text: string): string => {
  if (!/^SK[0-9a-fA-F]{32}$/.test(text)) {
    throw new InvalidArgumentError('An API key SID is SK and 32 hexadecimal digits.');
  }
  return text;
};

/** People write numbers with spaces; other addresses, such as a sender's name, stay as they are. */
export const addressArgument = (text: string): string => {
  const address = text.trim();
  if (address === '') throw new InvalidArgumentError('Give a phone number or another address of Twilio.');
  return /^(?:[a-z]+:)?\+[\d\s().-]+$/.test(address) ? address.replaceAll(/[\s().-]/g, '') : address;
};

/** For a command that prints a table. */
export const wideOption = (): Option => new Option('--wide', 'print every column whole, however wide the table');

export const jsonOption = (): Option => new Option('--json', 'print JSON for programs on stdout');
