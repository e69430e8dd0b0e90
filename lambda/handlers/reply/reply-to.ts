import type { MessageReceived } from '../../shared/events/gateway-event';
import { PermanentError } from '../permanent-error';
import type { LogFields, ReplyContent, ReplyResult, SendReply } from '../ports';

interface ReplyTools {
  readonly signal: AbortSignal;
  readonly log: (message: string, fields?: LogFields) => void;
  readonly sendReply: SendReply;
}

/** Replies to a message, unless its sender has just opted out. */
export const replyTo = async (
  message: MessageReceived | undefined,
  content: string | ReplyContent,
  { signal, log, sendReply }: ReplyTools,
): Promise<ReplyResult> => {
  if (message === undefined) throw new PermanentError('an event without data cannot be replied to');
  const result: ReplyResult =
    message.optOutType === 'STOP'
      ? { kind: 'opted_out' }
      : await sendReply(message, typeof content === 'string' ? { body: content } : content, signal);
  if (result.kind === 'opted_out') log('reply_not_sent', { detail: 'the person has opted out' });
  return result;
};
