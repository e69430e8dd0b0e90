import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from '../../components/icon';

export type NoticeTone = 'info' | 'ok' | 'warning' | 'problem';

const icons: Readonly<Record<NoticeTone, IconName>> = {
  info: 'info',
  ok: 'check',
  warning: 'warning',
  problem: 'warning',
};

/** A sentence that stays on the screen. */
export const Notice = ({ tone, children }: { readonly tone: NoticeTone; readonly children: ComponentChildren }) => (
  <div class={`notice notice-${tone}`}>
    <Icon name={icons[tone]} />
    <div>{children}</div>
  </div>
);
