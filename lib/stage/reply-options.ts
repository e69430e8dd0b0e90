import MessagingResponse from 'twilio/lib/twiml/MessagingResponse';
import type { StaticReplies } from '../../lambda/ingress/static-reply';
import { normalizeKeyword } from '../../lambda/shared/payload/keyword';

/** Texts that answer incoming messages. */
export interface ReplyOptions {
  /**
   * The answer to a message that is none of the keywords. Whatever writes to your number gets it, another machine too.
   * @default silence
   */
  readonly default?: string;
  /**
   * Answers by keyword: the whole message, without outer white space and in any case.
   * @default none
   */
  readonly keywords?: Readonly<Record<string, string>>;
}

/** The name of the replies' file beside the bundle. */
export const replyFile = 'replies.json';

/** Twilio refuses larger ones with error 11750: https://www.twilio.com/docs/api/errors/11750 */
const maxTwimlBytes = 64 * 1024;

/** What XML 1.0 has no way to write, not even escaped: control characters, halves of surrogate pairs, U+FFFE and U+FFFF. */
const illegalInXml = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const twimlOf = (text: string): string => {
  const response = new MessagingResponse();
  response.message(text.replace(illegalInXml, ''));
  return response.toString();
};

/**
 * Builds the TwiML of a stage's replies.
 * @returns the faults, each with the name of its key, where there are any
 */
export const resolveReplies = (
  options: ReplyOptions | undefined,
): { readonly replies: StaticReplies | undefined; readonly faults: readonly string[] } => {
  const faults: string[] = [];
  const build = (key: string, text: string): string => {
    if (text.replace(illegalInXml, '').trim() === '') {
      faults.push(`${key} has no text: leave it out, silence is the default`);
      return '';
    }
    const twiml = twimlOf(text);
    const bytes = Buffer.byteLength(twiml);
    if (bytes > maxTwimlBytes) {
      faults.push(`${key} is ${bytes} bytes as TwiML: Twilio takes ${maxTwimlBytes} at the most, shorten it`);
    }
    return twiml;
  };

  const keywords = new Map<string, string>();
  for (const [keyword, text] of Object.entries(options?.keywords ?? {})) {
    const key = `reply.keywords[${JSON.stringify(keyword)}]`;
    const normal = normalizeKeyword(keyword);
    if (normal === '') faults.push(`${key} is no keyword: it needs a character`);
    if (keywords.has(normal)) faults.push(`${key} is there already in another case or with white space`);
    keywords.set(normal, build(key, text));
  }
  const byDefault = options?.default === undefined ? undefined : build('reply.default', options.default);
  return {
    replies:
      keywords.size === 0 && byDefault === undefined
        ? undefined
        : { default: byDefault, keywords: Object.fromEntries(keywords) },
    faults,
  };
};
