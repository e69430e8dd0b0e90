import type { StaticReplies } from '../../lambda/ingress/static-reply';
import { normalizeKeyword } from '../../lambda/shared/payload/keyword';
import { maxTwimlBytes, messageTwiml, withoutIllegalCharacters } from '../../lambda/shared/payload/twiml';
import type { Problems } from './problems';

/** Texts that answer incoming messages. */
export interface ReplyOptions {
  /**
   * The answer to a message that is not a keyword. Every sender gets it, including other machines.
   * @default no answer
   */
  readonly default?: string;
  /**
   * Answers by keyword. The keyword is the whole message; its case and surrounding white space do not matter.
   * @default none
   */
  readonly keywords?: Readonly<Record<string, string>>;
}

/** The file in the bundle's directory that contains the replies. */
export const replyFile = 'replies.json';

/** Builds the TwiML of a stage's replies, and collects the problems of their texts and keywords. */
export const resolveReplies = (
  options: ReplyOptions | undefined,
): { readonly replies: StaticReplies | undefined; readonly problems: Problems } => {
  const problems: string[] = [];
  const build = (key: string, text: string): string => {
    if (withoutIllegalCharacters(text).trim() === '') {
      problems.push(`${key} has no text: remove it, no answer is the default`);
      return '';
    }
    const twiml = messageTwiml(text);
    const bytes = Buffer.byteLength(twiml);
    if (bytes > maxTwimlBytes) {
      problems.push(`${key} is ${bytes} bytes as TwiML: Twilio accepts at most ${maxTwimlBytes}, shorten it`);
    }
    return twiml;
  };

  const keywords = new Map<string, string>();
  for (const [keyword, text] of Object.entries(options?.keywords ?? {})) {
    const key = `reply.keywords[${JSON.stringify(keyword)}]`;
    const normalized = normalizeKeyword(keyword);
    if (normalized === '') problems.push(`${key} is empty: give a keyword with at least one character`);
    if (keywords.has(normalized)) problems.push(`${key} is the same keyword as another one: remove one of them`);
    keywords.set(normalized, build(key, text));
  }
  const defaultReply = options?.default === undefined ? undefined : build('reply.default', options.default);
  return {
    replies:
      keywords.size === 0 && defaultReply === undefined
        ? undefined
        : { default: defaultReply, keywords: Object.fromEntries(keywords) },
    problems,
  };
};
