import { useEffect, useState } from 'preact/hooks';

/** Renders again when the store has changed, also between the first rendering and the subscription. */
export const useStore = <T>(store: {
  readonly get: () => T;
  readonly subscribe: (listener: () => void) => () => void;
}): T => {
  const [state, setState] = useState(store.get);
  useEffect(() => {
    setState(() => store.get());
    return store.subscribe(() => setState(() => store.get()));
  }, [store]);
  return state;
};
