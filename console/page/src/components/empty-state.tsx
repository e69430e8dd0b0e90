import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon';

/** Says that there is nothing, and what to do about it. */
export const EmptyState = ({
  icon,
  title,
  children,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
}) => (
  <div class="empty">
    <Icon name={icon} size={28} />
    <p class="empty-title">{title}</p>
    {children === undefined ? null : <div class="empty-text">{children}</div>}
  </div>
);
