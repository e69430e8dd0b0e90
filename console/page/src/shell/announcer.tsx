import { useEffect, useState } from 'preact/hooks';

/** Says a text politely, at most once every few seconds: the latest wins. */
export interface Announcer {
  readonly announce: (text: string) => void;
  readonly onText: (listener: (text: string) => void) => () => void;
}

const pauseMs = 3_000;

export const createAnnouncer = (): Announcer => {
  let listener: ((text: string) => void) | null = null;
  let waiting: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const speak = (): void => {
    timer = undefined;
    if (waiting === null) return;
    listener?.(waiting);
    waiting = null;
    timer = setTimeout(speak, pauseMs);
  };
  return {
    announce: (text) => {
      waiting = text;
      timer ??= setTimeout(speak, 50);
    },
    onText: (next) => {
      listener = next;
      return () => {
        listener = null;
      };
    },
  };
};

export const LiveRegion = ({ announcer }: { readonly announcer: Announcer }) => {
  const [text, setText] = useState('');
  useEffect(() => announcer.onText(setText), [announcer]);
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
};
