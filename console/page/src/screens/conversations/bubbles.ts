import type { ConversationPage } from '../../../../api';
import type { WebhookView } from '../../webhooks/webhook-view';

/** A message as a conversation shows it. */
export interface Bubble {
  readonly sid: string;
  readonly at: string;
  readonly isInbound: boolean;
  readonly body: string;
  readonly numMedia: number;
  readonly status: string | null;
  readonly errorCode: string | null;
  readonly optOut: string | null;
  /** Taken by the stand-in for Twilio; no status callback has arrived yet. */
  readonly isReply: boolean;
}

const bubbleOf = (message: WebhookView): Bubble => ({
  sid: message.id,
  at: message.receivedAt ?? '',
  isInbound: message.direction !== 'outbound',
  body: message.body ?? '',
  numMedia: message.numMedia,
  status: message.status,
  errorCode: message.errorCode,
  optOut: message.optOutType ?? (message.errorCode === '21610' ? 'STOP' : null),
  isReply: false,
});

const replyBubble = ({ sid, at, body, status }: ConversationPage['replies'][number]): Bubble => ({
  ...{ sid, at, body, status, isInbound: false, numMedia: 0, errorCode: null, optOut: null, isReply: true },
});

/** Messages of two pages, each once, oldest first. If both have a message, that of `newer` is used. */
export const mergeMessages = (older: readonly WebhookView[], newer: readonly WebhookView[]): readonly WebhookView[] => {
  const byId = new Map([...older, ...newer].map((message) => [message.id, message]));
  return [...byId.values()].sort((left, right) => ((left.receivedAt ?? '') < (right.receivedAt ?? '') ? -1 : 1));
};

/**
 * Messages and replies in the order of time. A reply with a status callback is stored too, usually without its text:
 * then the status comes from the stored message, the text and the time from the reply.
 */
export const bubblesOf = (
  messages: readonly WebhookView[],
  replies: ConversationPage['replies'],
): readonly Bubble[] => {
  const bySid = new Map(replies.map((reply) => [reply.sid, replyBubble(reply)]));
  for (const message of messages) {
    const stored = bubbleOf(message);
    const reply = bySid.get(stored.sid);
    bySid.set(
      stored.sid,
      reply === undefined ? stored : { ...stored, at: reply.at, body: stored.body === '' ? reply.body : stored.body },
    );
  }
  return [...bySid.values()].sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
};
