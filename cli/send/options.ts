import { InvalidArgumentError, type Command } from 'commander';
import { wholeNumber, jsonOption } from '../terminal/options';

/** Example numbers: the person who writes, and the number of the gateway. */
export const person = '+15550100001';

export const ownNumber = '+15550100002';

export const sidArgument =
  (...prefixes: readonly string[]) =>
  (text: string): string => {
    if (!new RegExp(`^(?:${prefixes.join('|')})[0-9a-fA-F]{32}$`).test(text)) {
      throw new InvalidArgumentError(`It takes ${prefixes.join(' or ')} and 32 hexadecimal digits.`);
    }
    return text;
  };

export const statusArgument = (text: string): string => {
  if (!/^[a-z][a-z_-]{0,39}$/.test(text)) {
    throw new InvalidArgumentError('A status is a lower-case word, for example delivered.');
  }
  return text;
};

export const eventNameArgument = (text: string): string => {
  if (!/^[A-Za-z][\w.-]{0,63}$/.test(text)) {
    throw new InvalidArgumentError('The name of an event has letters, digits, dots, hyphens and underscores.');
  }
  return text;
};

/** The types that Advanced Opt-Out reports. */
export const optOutTypes = ['STOP', 'START', 'HELP'] as const;

export const optOutArgument = (text: string): string => {
  if (!optOutTypes.some((type) => type === text)) {
    throw new InvalidArgumentError(`It is one of ${optOutTypes.join(', ')}.`);
  }
  return text;
};

export const locationArgument = (text: string): string => {
  const [latitude = NaN, longitude = NaN, ...others] = text
    .split(',')
    .map((part) => (part === '' ? NaN : Number(part)));
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) || others.length > 0) {
    throw new InvalidArgumentError('A location is latitude and longitude in degrees, for example 59.3293,18.0686.');
  }
  return `${latitude},${longitude}`;
};

export const errorCodeArgument = (text: string): string => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('An error code is a number, for example 30003.');
  return text;
};

export const mediaArgument = (text: string, earlier: readonly string[] = []): readonly string[] => {
  if (!/^https?:/i.test(text) || !URL.canParse(text)) {
    throw new InvalidArgumentError('Media is an http or https URL.');
  }
  // Twilio takes ten at most: https://www.twilio.com/docs/messaging/api/message-resource
  if (earlier.length >= 10) throw new InvalidArgumentError('A message has at most 10 media.');
  return [...earlier, text];
};

export const deliveryOptions = (command: Command): Command =>
  command
    .option('--query <query>', "query of the webhook's URL, sent and signed as it is, for example 'order=17'")
    .option('--repeat <n>', 'post the same webhook n times', wholeNumber(1, 1_000_000), 1)
    .option('--tamper', 'change the body after signing, to see the rejection')
    .option('--account <account>', 'AccountSid, or number (from 0) of the configured account to send as')
    .option('--shared-key [name]', 'sign with a SharedKey, HMAC-SHA256 (default: the one stored last)')
    .addOption(jsonOption());
