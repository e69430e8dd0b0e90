import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { ConversationKey, LiveEvent } from '../../../../api';
import { useConsole, useLiveEvents } from '../../console-context';
import { bubblesOf, type Bubble } from './dialogue';

/** After a message the conversation is read often, until a reply has had time to arrive. */
const fastMs = 400;
const watchMs = 20_000;
const bubbleLimit = '100';

export interface Dialogue {
  readonly bubbles: readonly Bubble[];
  readonly error: string | null;
  /** Reads the conversation often from now on. */
  readonly watch: () => void;
}

/** A conversation that is read while it goes on. */
export const useDialogue = (key: ConversationKey): Dialogue => {
  const { api } = useConsole();
  const { accountSid, own, person } = key;
  const [bubbles, setBubbles] = useState<readonly Bubble[]>([]);
  const [error, setError] = useState<string | null>(null);
  const watchUntil = useRef(0);
  const latest = useRef(0);

  const read = useCallback(async (): Promise<void> => {
    if (own === '' || person === '') return;
    const read = ++latest.current;
    const result = await api.conversation({ accountSid, own, person }, { limit: bubbleLimit });
    if (read !== latest.current) return;
    setError(result.ok ? null : result.message);
    if (result.ok) setBubbles(bubblesOf(result.value, person));
  }, [api, accountSid, own, person]);

  useEffect(() => {
    setBubbles([]);
    void read();
    const timer = setInterval(() => {
      if (Date.now() < watchUntil.current) void read();
    }, fastMs);
    return () => {
      clearInterval(timer);
      latest.current++;
    };
  }, [read]);

  const onEvent = useCallback(
    (event: LiveEvent): void => {
      if (event.type === 'run' || event.type === 'webhooks') void read();
    },
    [read],
  );
  useLiveEvents(onEvent);

  const watch = useCallback((): void => {
    watchUntil.current = Date.now() + watchMs;
    void read();
  }, [read]);
  return { bubbles, error, watch };
};
