import { single, type Params } from '../shared/payload/form';
import { normalizeKeyword } from '../shared/payload/keyword';

/** The configured answers to incoming messages, as complete TwiML documents. The stack writes them beside the bundle. */
export interface StaticReplies {
  /** To whatever has no keyword; silence where undefined. */
  readonly default?: string | undefined;
  /** By `keywordOf` the keyword. */
  readonly keywords: Readonly<Record<string, string>>;
}

/** The TwiML that answers a message; undefined is silence. */
export type ReplyTo = (params: Params) => string | undefined;

/**
 * Where Twilio's Advanced Opt-Out has handled the message (`OptOutType`), it has answered already, and after a STOP it
 * would refuse ours.
 * @see https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
 */
export const createReplyTo = (replies: StaticReplies): ReplyTo => {
  const keywords = new Map(Object.entries(replies.keywords));
  return (params) =>
    params['OptOutType'] === undefined
      ? (keywords.get(normalizeKeyword(single(params, 'Body') ?? '')) ?? replies.default)
      : undefined;
};
