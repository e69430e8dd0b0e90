import { createContext } from 'preact';
import { useContext, useEffect, useMemo } from 'preact/hooks';
import type { GatewayInfo, LiveEvent } from '../../api';
import type { ApiClient } from './api-client';
import type { Live, LiveState } from './live';
import type { InboxStore } from './screens/inbox/inbox-store';
import { useStore } from './use-store';

/** Available in every screen. */
export interface Console {
  readonly api: ApiClient;
  readonly live: Live;
  readonly info: GatewayInfo;
  readonly inbox: InboxStore;
  /** Has a screen reader say something, after what it is saying now. */
  readonly announce: (text: string) => void;
}

export const ConsoleContext = createContext<Console | null>(null);

export const useConsole = (): Console => {
  const value = useContext(ConsoleContext);
  if (value === null) throw new Error('A screen was rendered outside of the page.');
  return value;
};

/** Calls a listener with every live event while the component is shown. */
export const useLiveEvents = (listener: (event: LiveEvent) => void): void => {
  const { live } = useConsole();
  useEffect(() => live.onEvent(listener), [live, listener]);
};

export const useLiveState = (): LiveState => {
  const { live } = useConsole();
  return useStore(useMemo(() => ({ get: live.state, subscribe: live.onState }), [live]));
};
