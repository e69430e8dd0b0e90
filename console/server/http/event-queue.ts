/** Events that wait for a page to read them. */
export interface EventQueue<Event> {
  push(event: Event): void;
  /** Each event once, until the signal aborts. For one reader. */
  events(signal: AbortSignal): AsyncGenerator<Event>;
}

/** A page that reads nothing for a while misses the oldest events. It reloads its list when it is shown again. */
const maxWaiting = 5_000;

export const createEventQueue = <Event>(): EventQueue<Event> => {
  const waiting: Event[] = [];
  let wake: () => void = () => undefined;
  return {
    push: (event) => {
      waiting.push(event);
      if (waiting.length > maxWaiting) waiting.shift();
      wake();
    },
    events: async function* (signal) {
      signal.addEventListener('abort', () => wake(), { once: true });
      while (!signal.aborted) {
        yield* waiting.splice(0);
        if (waiting.length > 0) continue;
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (signal.aborted) resolve();
        });
      }
    },
  };
};
