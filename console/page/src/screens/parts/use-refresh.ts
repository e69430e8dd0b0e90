import { useEffect, useRef } from 'preact/hooks';

/** Loads again every few seconds while the page is in sight, and at once when it is shown again. */
export const useRefresh = (reload: () => void, seconds: number): void => {
  const latest = useRef(reload);
  latest.current = reload;
  useEffect(() => {
    const load = (): void => {
      if (!document.hidden) latest.current();
    };
    const timer = setInterval(load, seconds * 1000);
    document.addEventListener('visibilitychange', load);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', load);
    };
  }, [seconds]);
};
