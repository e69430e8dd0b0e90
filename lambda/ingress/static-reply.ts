import { single, type Params } from '../shared/payload/form';
import { normalizeKeyword } from '../shared/payload/keyword';

/**
 * The configured replies to incoming messages: complete TwiML documents. The stack writes them into the bundle's
 * folder.
 */
export interface StaticReplies {
  /** To messages that match no keyword; undefined: no reply. */
  readonly default?: string | undefined;
  /** By normalized keyword. */
  readonly keywords: Readonly<Record<string, string>>;
}

/** The TwiML that answers a message; undefined: no reply. */
export type ReplyTo = (params: Params) => string | undefined;

/**
 * No reply to a message that Twilio's Advanced Opt-Out has handled (`OptOutType`): Twilio has answered already, and
 * blocks other replies after a STOP.
 * @see https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
 */
export const createReplyTo = (replies: StaticReplies): ReplyTo => {
  const keywords = new Map(Object.entries(replies.keywords));
  return (params) =>
    params['OptOutType'] === undefined
      ? (keywords.get(normalizeKeyword(single(params, 'Body') ?? '')) ?? replies.default)
      : undefined;
};
