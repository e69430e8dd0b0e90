import type { OutgoingMessage } from './message';

/** An event that a function published to a topic. */
export interface PublishedEvent {
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Twilio's default keywords: https://help.twilio.com/articles/223134027 */
const stopWords = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'OPTOUT', 'REVOKE'];
const startWords = ['START', 'YES', 'UNSTOP'];

const pairKey = (accountSid: string, person: string, sender: string): string =>
  JSON.stringify([accountSid, person, sender]);

/** The text of a received message; empty where the stage publishes references only. */
const bodyOf = (message: string): string => {
  try {
    const { data } = JSON.parse(message) as { readonly data?: { readonly body?: unknown } };
    return typeof data?.body === 'string' ? data.body.trim().toUpperCase() : '';
  } catch {
    return '';
  }
};

/**
 * The opt-outs after a received message. Twilio keeps them for each pair of numbers, and recognizes STOP even without
 * Advanced Opt-Out.
 */
export const optOutsAfter = (
  optOuts: readonly string[],
  { message, attributes }: PublishedEvent,
): readonly string[] => {
  const { type, accountSid = '', from = '', to = '', optOutType = '' } = attributes;
  if (type !== 'twilio.webhook.message.received') return optOuts;
  const key = pairKey(accountSid, from, to);
  const body = bodyOf(message);
  if (optOutType === 'STOP' || stopWords.includes(body)) return optOuts.includes(key) ? optOuts : [...optOuts, key];
  const startsAgain = optOutType === 'START' || startWords.includes(body);
  return startsAgain && optOuts.includes(key) ? optOuts.filter((optOut) => optOut !== key) : optOuts;
};

export const hasOptedOut = (
  optOuts: readonly string[],
  { accountSid, to, from }: Pick<OutgoingMessage, 'accountSid' | 'to' | 'from'>,
): boolean =>
  from === null
    ? // The sender is not chosen yet. Twilio keeps one opt-out for all senders of a Messaging Service.
      optOuts.some((key) => key.startsWith(JSON.stringify([accountSid, to]).slice(0, -1)))
    : optOuts.includes(pairKey(accountSid, to, from));
