import type { ConversationPage } from '../../../../api';

export interface Bubble {
  readonly sid: string;
  readonly at: string;
  readonly isPerson: boolean;
  readonly text: string;
  readonly status: string | null;
}

/**
 * Both sides of a conversation, the oldest first. A reply that the stand-in took is stored too, once its first status
 * arrives: the one with a text is shown, with the later status.
 */
export const bubblesOf = ({ messages, replies }: ConversationPage, person: string): readonly Bubble[] => {
  const bubbles = new Map<string, Bubble>();
  for (const { subject, id, receivedAt, direction, from, body, status } of messages) {
    const sid = subject ?? id;
    const isPerson = direction === 'inbound' || from === person;
    bubbles.set(sid, { sid, at: receivedAt ?? '', isPerson, text: body ?? '', status });
  }
  for (const { sid, at, body, status } of replies) {
    const stored = bubbles.get(sid);
    bubbles.set(sid, { sid, at, isPerson: false, text: body, status: stored?.status ?? status });
  }
  return [...bubbles.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
};

/** Whether the last word is the handler's. */
export const isAnswered = (bubbles: readonly Bubble[]): boolean => bubbles.at(-1)?.isPerson === false;
