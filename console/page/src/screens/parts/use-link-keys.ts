import type { RefObject } from 'preact';
import { useKeys } from '../../shell/keys';
import { openScreen } from '../../use-route';

/** `j` and `k` move the focus between the links of a list, `Enter` opens the one with the focus, `Esc` closes it. */
export const useLinkKeys = (list: RefObject<HTMLElement | null>, screen: string): void => {
  const move = (step: number): void => {
    const links = [...(list.current?.querySelectorAll<HTMLElement>('a.row-link') ?? [])];
    const current = links.findIndex((link) => link === document.activeElement);
    const start = links.findIndex((link) => link.getAttribute('aria-current') === 'true');
    const from = current >= 0 ? current : start >= 0 ? start : step > 0 ? -1 : links.length;
    links[Math.min(links.length - 1, Math.max(0, from + step))]?.focus();
  };
  useKeys({ j: () => move(1), k: () => move(-1), Escape: () => openScreen(screen) });
};
