import type { Session, SessionRequest } from '../../api';

/** Kept by a tab: the session, and the token to ask for a new one. */
interface Kept {
  readonly session: string;
  readonly token: string;
}

/**
 * `opening`: the token is being exchanged. `open`: requests are answered. `none`: the address had no token. `refused`:
 * the gateway does not know the token, because it has restarted.
 */
export type SessionState = 'opening' | 'open' | 'none' | 'refused';

export interface SessionKeeper {
  readonly state: () => SessionState;
  /** The header value; empty without a session. */
  readonly session: () => string;
  /** Exchanges the kept token again; false if the gateway refused it or did not answer. */
  readonly renew: () => Promise<boolean>;
  /** Takes a token from the URL's fragment, if one is there, and drops the fragment. */
  readonly takeToken: () => Promise<void>;
  readonly onChange: (listener: () => void) => () => void;
}

const storageKey = 'console';
const exchangeTimeoutMs = 10_000;

const readKept = (): Kept | null => {
  try {
    const kept = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null') as Partial<Kept> | null;
    return typeof kept?.session === 'string' && typeof kept.token === 'string'
      ? { session: kept.session, token: kept.token }
      : null;
  } catch {
    return null;
  }
};

type Exchange = { readonly session: string } | 'refused' | 'no answer';

const exchange = async (token: string): Promise<Exchange> => {
  try {
    const response = await fetch('/api/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token } satisfies SessionRequest),
      signal: AbortSignal.timeout(exchangeTimeoutMs),
    });
    if (response.ok) return (await response.json()) as Session;
    return response.status >= 500 || response.status === 429 ? 'no answer' : 'refused';
  } catch {
    return 'no answer';
  }
};

const tokenOf = (hash: string): string | undefined => /^#token=([\w-]+)$/.exec(hash)?.[1];

export const createSessionKeeper = (): SessionKeeper => {
  let kept = readKept();
  let state: SessionState = tokenOf(location.hash) !== undefined ? 'opening' : kept === null ? 'none' : 'open';
  let renewal: Promise<boolean> | null = null;
  const listeners = new Set<() => void>();

  const setState = (next: SessionState): void => {
    state = next;
    for (const listener of listeners) listener();
  };

  const open = async (token: string): Promise<'open' | 'refused' | 'no answer'> => {
    const result = await exchange(token);
    if (result === 'no answer') return result;
    if (result === 'refused') {
      setState(result);
      return result;
    }
    kept = { session: result.session, token };
    sessionStorage.setItem(storageKey, JSON.stringify(kept));
    setState('open');
    return 'open';
  };

  const renew = (): Promise<boolean> => {
    if (kept === null) return Promise.resolve(false);
    renewal ??= open(kept.token)
      .then((outcome) => outcome === 'open')
      .finally(() => {
        renewal = null;
      });
    return renewal;
  };

  const takeToken = async (): Promise<void> => {
    const token = tokenOf(location.hash);
    if (token === undefined) return;
    history.replaceState(null, '', `${location.pathname}#/inbox`);
    dispatchEvent(new HashChangeEvent('hashchange'));
    if ((await open(token)) !== 'no answer') return;
    // Without an answer the token is kept: the first request that is answered exchanges it.
    kept = { session: '', token };
    setState('open');
  };

  return {
    state: () => state,
    session: () => kept?.session ?? '',
    renew,
    takeToken,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
