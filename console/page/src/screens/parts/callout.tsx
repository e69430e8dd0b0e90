import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from '../../components/icon';

export type CalloutTone = 'info' | 'ok' | 'warning' | 'problem';

const icons: Readonly<Record<CalloutTone, IconName>> = {
  info: 'info',
  ok: 'check',
  warning: 'warning',
  problem: 'warning',
};

/** A sentence that stays on the screen. */
export const Callout = ({ tone, children }: { readonly tone: CalloutTone; readonly children: ComponentChildren }) => (
  <div class={`callout callout-${tone}`}>
    <Icon name={icons[tone]} />
    <div>{children}</div>
  </div>
);
