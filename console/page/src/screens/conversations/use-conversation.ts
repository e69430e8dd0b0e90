import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ConversationKey, ConversationPage, LiveEvent } from '../../../../api';
import { useConsole, useLiveEvents } from '../../console-context';
import type { WebhookView } from '../../webhooks/webhook-view';
import { bubblesOf, mergeMessages, type Bubble } from './bubbles';

export interface LoadedConversation {
  readonly bubbles: readonly Bubble[];
  readonly hasOlder: boolean;
  readonly isLoading: boolean;
  readonly error: string | null;
  readonly loadOlder: () => void;
  readonly reload: () => void;
}

interface State {
  readonly messages: readonly WebhookView[];
  readonly replies: ConversationPage['replies'];
  readonly before: string | null;
  readonly isLoading: boolean;
  readonly error: string | null;
}

const pageSize = '50';
/** Several events of one message lead to one request. */
const settleMs = 120;

const empty: State = { messages: [], replies: [], before: null, isLoading: true, error: null };

const concerns = (event: LiveEvent, { own, person }: ConversationKey): boolean =>
  // A handler that has run may have replied.
  event.type === 'run' ||
  (event.type === 'webhooks' &&
    event.rows.some(({ from, to }) => (from === person && to === own) || (from === own && to === person)));

/** The messages of a conversation, which stay up to date. Rendered with a key, so that a conversation has its own. */
export const useConversation = (conversation: ConversationKey): LoadedConversation => {
  const { api, live } = useConsole();
  const [state, setState] = useState(empty);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const isShown = useRef(true);

  const load = async (before?: string): Promise<void> => {
    setState((old) => ({ ...old, isLoading: true }));
    const result = await api.conversation(conversation, { limit: pageSize, before });
    if (!isShown.current) return;
    setState((old) => {
      if (!result.ok) return { ...old, isLoading: false, error: result.message };
      const { messages, replies, before: next } = result.value;
      const isFirst = old.messages.length === 0;
      return {
        messages: before === undefined ? mergeMessages(old.messages, messages) : mergeMessages(messages, old.messages),
        replies: before === undefined ? replies : old.replies,
        before: isFirst || before !== undefined ? next : old.before,
        isLoading: false,
        error: null,
      };
    });
  };
  const loadSoon = (): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void load(), settleMs);
  };

  useEffect(() => {
    isShown.current = true;
    void load();
    return () => {
      isShown.current = false;
      clearTimeout(timer.current);
    };
  }, []);
  useEffect(
    () => live.onState((next, before) => (next === 'live' && before === 'lost' ? loadSoon() : undefined)),
    [live],
  );
  useLiveEvents((event) => {
    if (concerns(event, conversation)) loadSoon();
  });

  const bubbles = useMemo(() => bubblesOf(state.messages, state.replies), [state.messages, state.replies]);
  return {
    bubbles,
    hasOlder: state.before !== null,
    isLoading: state.isLoading,
    error: state.error,
    loadOlder: () => {
      if (state.before !== null && !state.isLoading) void load(state.before);
    },
    reload: () => void load(),
  };
};
