import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { ApiResult } from './api-client';

/** What a request has brought so far. A value stays while it is loaded again. */
export interface Loaded<T> {
  readonly value: T | null;
  readonly error: string | null;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** Loads when the component is shown, and again when `key` changes. An answer that arrives too late is dropped. */
export const useLoad = <T>(key: string, load: () => Promise<ApiResult<T>>): Loaded<T> => {
  const [state, setState] = useState<{ key: string; value: T | null; error: string | null; isLoading: boolean }>({
    key,
    value: null,
    error: null,
    isLoading: true,
  });
  const latest = useRef(0);
  const loader = useRef(load);
  loader.current = load;

  const reload = useCallback((): void => {
    const own = ++latest.current;
    setState((before) => ({ ...before, value: before.key === key ? before.value : null, key, isLoading: true }));
    void loader.current().then((result) => {
      if (own !== latest.current) return;
      setState((before) =>
        result.ok
          ? { key, value: result.value, error: null, isLoading: false }
          : { ...before, error: result.message, isLoading: false },
      );
    });
  }, [key]);

  useEffect(() => {
    reload();
    return () => {
      latest.current++;
    };
  }, [reload]);

  const isOther = state.key !== key;
  return {
    value: isOther ? null : state.value,
    error: isOther ? null : state.error,
    isLoading: isOther || state.isLoading,
    reload,
  };
};
