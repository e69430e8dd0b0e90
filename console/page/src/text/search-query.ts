/** The part of a filter that the search box gives. */
export interface SearchQuery {
  readonly with?: string;
  readonly from?: string;
  readonly to?: string;
  readonly status?: string;
  readonly type?: string;
  readonly subject?: string;
  readonly search?: string;
}

const sid = /^[A-Za-z]{2}[0-9a-fA-F]{32}$/;
const keyed = /^(from|to|with|status|type|subject):(\S+)$/;
const number = /^((?:whatsapp|messenger|rcs):)?(\+)?([\d\s().-]+)$/;

/** `+1 (555) 010-0001` as `+15550100001`; null if the text is no number, or one that is not in full. */
export const readNumber = (text: string): string | null => {
  const [, channel = '', plus, rest = ''] = number.exec(text.trim()) ?? [];
  const digits = rest.replaceAll(/\D/g, '');
  const isFull = digits.length <= 15 && digits.length >= (plus === undefined ? 10 : 7);
  return isFull ? `${channel}+${digits}` : null;
};

/** A SID as Twilio writes it: two capitals, and small hexadecimal digits. */
const readSid = (text: string): string | null =>
  sid.test(text) ? text.slice(0, 2).toUpperCase() + text.slice(2).toLowerCase() : null;

const readFree = (text: string): SearchQuery => {
  if (text === '') return {};
  const found = readNumber(text);
  if (found !== null) return { with: found };
  const subject = readSid(text);
  // An account is not what a webhook is about.
  if (subject !== null && !subject.startsWith('AC')) return { subject };
  return { search: text };
};

const readKeyed = (name: string, value: string): readonly [string, string] => [
  name,
  (['from', 'to', 'with'].includes(name) ? readNumber(value) : name === 'subject' ? readSid(value) : null) ?? value,
];

/**
 * Reads the search box: a phone number finds its webhooks, a SID what is about it, other text every row that has it.
 * `status:failed`, `type:call`, `from:+15550100001`, `to:…` and `subject:…` may be added.
 */
export const readSearch = (text: string): SearchQuery => {
  const words = text.trim().split(/\s+/);
  const named = words.flatMap((word) => {
    const [, name, value] = keyed.exec(word) ?? [];
    return name === undefined || value === undefined ? [] : [readKeyed(name, value)];
  });
  return { ...readFree(words.filter((word) => !keyed.test(word)).join(' ')), ...Object.fromEntries(named) };
};
