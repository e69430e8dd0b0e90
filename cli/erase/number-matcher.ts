import { cut, decodedForms } from './text-forms';

/** Whether a text has the number, in any form. */
export type NumberMatcher = (text: string) => boolean;

/** Encodings inside encodings: base64 of a form in a JSON text inside a JSON text. */
const maxDepth = 5;

/** What people put between the digits of a number; `+` is a space of a form. */
const separators = '[\\s().+\\u00a0\\u2010-\\u2015-]{0,3}';

/**
 * Finds a phone number with or without a channel prefix or `+`, percent-encoded, in JSON, in base64, and written with
 * separators after a `+`. A longer number that contains the digits is another number, but no country code begins with
 * 0: `00` and `011` are how people dial a `+`.
 * @param number E.164
 */
export const createNumberMatcher = (number: string): NumberMatcher => {
  const digits = number.slice(1);
  const firstTwo = Number.parseInt(digits.slice(0, 2), 16);
  // `%2015550100001` is a space and +15550100001, not +2015550100001.
  const canBeEscape = firstTwo >= 0x20 && firstTwo <= 0x7e;
  const whole = new RegExp(
    `(?<!\\d|${cut}|%[A-Fa-f]${canBeEscape ? '|%' : ''})(?:00|011)?${digits}(?!\\d|${cut}|%3\\d|\\\\u003\\d)`,
  );
  const separated = new RegExp(`\\+${digits.replace(/\d(?=\d)/g, `$&${separators}`)}(?!\\d|${cut})`);
  const has = (text: string, depth: number): boolean =>
    whole.test(text) ||
    separated.test(text) ||
    (depth < maxDepth && decodedForms(text).some((form) => has(form, depth + 1)));
  return (text) => has(text, 0);
};

/** The parts of DynamoDB's attribute values that can hold a text. */
interface TextValue {
  readonly S?: string | undefined;
  readonly B?: Uint8Array | undefined;
  readonly SS?: readonly string[] | undefined;
  readonly L?: readonly TextValue[] | undefined;
  readonly M?: Readonly<Record<string, TextValue>> | undefined;
}

/** Whether an attribute has the number. Numbers of type `N` are the gateway's own counters and times. */
const valueHas = (value: TextValue, matches: NumberMatcher): boolean =>
  (value.S !== undefined && matches(value.S)) ||
  (value.B !== undefined && matches(Buffer.from(value.B).toString('latin1'))) ||
  (value.SS?.some(matches) ?? false) ||
  (value.L?.some((element) => valueHas(element, matches)) ?? false) ||
  (value.M !== undefined && itemHas(value.M, matches));

/** Whether any attribute of an item, or a name in it, has the number. */
export const itemHas = (item: Readonly<Record<string, TextValue>>, matches: NumberMatcher): boolean =>
  Object.entries(item).some(([name, value]) => matches(name) || valueHas(value, matches));
