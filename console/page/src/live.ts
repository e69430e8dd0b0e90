import { sessionHeader, type LiveEvent } from '../../api';
import { noSession, readError } from './api-client';
import type { SessionKeeper } from './session';
import { splitLines } from './text/ndjson';

/**
 * `live`: events arrive. `connecting`: the first attempt. `lost`: the gateway is tried again and again. `problem`: it
 * answers, but cannot read what is stored.
 */
export type LiveState = 'connecting' | 'live' | 'lost' | 'problem';

export interface Live {
  readonly state: () => LiveState;
  /** In words, of the state `problem`. */
  readonly problem: () => string;
  /** Each listener gets every event. @returns the function that ends it */
  readonly onEvent: (listener: (event: LiveEvent) => void) => () => void;
  readonly onState: (listener: (state: LiveState) => void) => () => void;
  readonly start: () => void;
}

/** A line arrives at least every ten seconds. */
const silenceMs = 25_000;
const firstWaitMs = 400;
const longestWaitMs = 8_000;
/** A hidden tab gives its connection back, because a browser opens only six of them to one address. */
const hiddenMs = 60_000;
/** Without another problem for this time, the gateway can read again. */
const problemMs = 15_000;

const readEvents = async (body: ReadableStream<Uint8Array>, onLine: (line: string) => void): Promise<void> => {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const split = splitLines(rest, decoder.decode(value, { stream: true }));
    rest = split.rest;
    split.lines.forEach(onLine);
  }
};

const parseEvent = (line: string): LiveEvent | null => {
  try {
    return JSON.parse(line) as LiveEvent;
  } catch {
    return null;
  }
};

const subscribe = <T>(listeners: Set<T>, listener: T): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const createLive = (keeper: SessionKeeper): Live => {
  const eventListeners = new Set<(event: LiveEvent) => void>();
  const stateListeners = new Set<(state: LiveState) => void>();
  let state: LiveState = 'connecting';
  let connection: AbortController | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let waitMs = firstWaitMs;
  let problem = { message: '', at: 0 };

  const setState = (next: LiveState): void => {
    if (next === state) return;
    state = next;
    for (const listener of stateListeners) listener(next);
  };

  const onLine = (line: string): void => {
    const event = parseEvent(line);
    if (event === null) return;
    waitMs = firstWaitMs;
    if (event.type === 'problem') problem = { message: event.message, at: Date.now() };
    const isRead = event.type === 'webhooks' || Date.now() - problem.at > problemMs;
    setState(isRead ? 'live' : 'problem');
    for (const listener of eventListeners) listener(event);
  };

  const follow = async (controller: AbortController): Promise<void> => {
    let silence: ReturnType<typeof setTimeout> | undefined;
    const watch = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => controller.abort(), silenceMs);
    };
    watch();
    try {
      const headers = { [sessionHeader]: keeper.session() };
      const response = await fetch('/api/live', { headers, signal: controller.signal });
      if (!response.ok) {
        if ((await readError(response)).reason === noSession) await keeper.renew();
      } else if (response.body !== null) {
        await readEvents(response.body, (line) => {
          watch();
          onLine(line);
        });
      }
    } catch {
      // A lost connection is tried again below.
    } finally {
      clearTimeout(silence);
    }
  };

  const connect = async (): Promise<void> => {
    clearTimeout(retry);
    if (connection !== null || keeper.state() !== 'open') return;
    const controller = new AbortController();
    connection = controller;
    await follow(controller);
    connection = null;
    if (document.hidden && controller.signal.aborted) return;
    setState('lost');
    retry = setTimeout(() => void connect(), waitMs * (0.75 + Math.random() / 2));
    waitMs = Math.min(waitMs * 2, longestWaitMs);
  };

  const watchVisibility = (): void => {
    let hidden: ReturnType<typeof setTimeout> | undefined;
    document.addEventListener('visibilitychange', () => {
      clearTimeout(hidden);
      if (document.hidden) hidden = setTimeout(() => connection?.abort(), hiddenMs);
      else void connect();
    });
  };

  return {
    state: () => state,
    problem: () => problem.message,
    onEvent: (listener) => subscribe(eventListeners, listener),
    onState: (listener) => subscribe(stateListeners, listener),
    start: () => {
      watchVisibility();
      keeper.onChange(() => void connect());
      void connect();
    },
  };
};
