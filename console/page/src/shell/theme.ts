/** Chosen by the person; `system` follows the operating system. */
export type Theme = 'system' | 'light' | 'dark';

const storageKey = 'console-theme';
const order: readonly Theme[] = ['system', 'light', 'dark'];

export const readTheme = (): Theme => {
  const stored = localStorage.getItem(storageKey);
  return order.find((theme) => theme === stored) ?? 'system';
};

/** The style sheet's colours depend on `data-theme` of the root element. */
export const applyTheme = (theme: Theme): void => {
  document.documentElement.dataset['theme'] = theme;
  localStorage.setItem(storageKey, theme);
  dispatchEvent(new Event('themechange'));
};

export const nextTheme = (theme: Theme): Theme => order[(order.indexOf(theme) + 1) % order.length] ?? 'system';

/** A colour of tokens.css, such as `--accent`, as a canvas needs it. It changes on `themechange` of the window. */
export const themeColor = (token: string): string => {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
};
