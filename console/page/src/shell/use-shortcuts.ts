import { useRef } from 'preact/hooks';
import type { Screen } from '../screen';
import { openScreen } from '../use-route';
import { useKeys, type KeyActions } from './keys';

const secondKeyMs = 1_200;

/** `?` opens the list of shortcuts; `g` and then a screen's key opens that screen. */
export const useShortcuts = (screens: readonly Screen[], onHelp: () => void): void => {
  const firstKeyAt = useRef(0);
  const open = (path: string): void => {
    if (Date.now() - firstKeyAt.current > secondKeyMs) return;
    firstKeyAt.current = 0;
    openScreen(path);
  };
  const actions: KeyActions = {
    ...Object.fromEntries(
      screens.flatMap(({ path, key }) => (key === undefined ? [] : [[key, () => open(path)] as const])),
    ),
    g: () => {
      firstKeyAt.current = Date.now();
    },
    '?': onHelp,
  };
  useKeys(actions);
};
