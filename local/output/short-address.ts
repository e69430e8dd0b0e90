import { clip } from '../../characters/display-width';
import { visibleText } from '../../characters/visible-text';

const longestAddress = 20;

/**
 * An address for a line of the terminal: `+1…0001` for +15550100001. A channel such as `whatsapp:` is left out, because
 * the line has the kind of the message.
 */
export const shortAddress = (address: string, options: { readonly showNumbers: boolean }): string => {
  const [, withoutChannel = address] = /^(?:whatsapp|rcs|messenger|sip|client):(.*)$/is.exec(address) ?? [];
  return clip(visibleText(withShortNumbers(withoutChannel, options)), longestAddress);
};

/** Text with each phone number in its short form, unless numbers are shown. */
export const withShortNumbers = (text: string, { showNumbers }: { readonly showNumbers: boolean }): string =>
  showNumbers ? text : text.replace(/\+?\d{7,}/g, shortNumber);

const shortNumber = (number: string): string => {
  const digits = number.replace('+', '');
  return `${number.startsWith('+') ? '+' : ''}${digits.slice(0, 1)}…${digits.slice(-4)}`;
};
