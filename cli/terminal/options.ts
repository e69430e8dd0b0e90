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

const minute = 60_000;
const durations = new Map([
  ['m', minute],
  ['h', 60 * minute],
  ['d', 24 * 60 * minute],
  ['w', 7 * 24 * 60 * minute],
]);

/**
 * Parses a time for commander, to ISO 8601: a date, a time, or how long ago it was. A time requires its zone, because a
 * time without one depends on the zone of the machine.
 */
export const timeArgument =
  (now: () => Date) =>
  (text: string): string => {
    const [, count, unit = ''] = /^(\d{1,4})([mhdw])$/.exec(text) ?? [];
    const duration = durations.get(unit);
    if (duration !== undefined) return new Date(now().getTime() - Number(count) * duration).toISOString();
    const isTime = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text);
    if (!isTime || Number.isNaN(Date.parse(text))) {
      throw new InvalidArgumentError(
        'Give a date, a time with its zone, or how long ago: 2026-11-26, 2026-11-26T08:00:00Z, 30m, 2h, 3d.',
      );
    }
    return new Date(text).toISOString();
  };
