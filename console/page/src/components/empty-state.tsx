import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon';

/** Says that there is nothing, and what to do about it. */
export const EmptyState = ({
  icon,
  title,
  isPage = false,
  children,
}: {
  readonly icon: IconName;
  readonly title: string;
  /** Whether it is the whole page, so that its title is the page's heading. */
  readonly isPage?: boolean;
  readonly children?: ComponentChildren;
}) => (
  <div class="empty">
    <Icon name={icon} size={28} />
    {isPage ? <h1 class="empty-title">{title}</h1> : <p class="empty-title">{title}</p>}
    {children === undefined ? null : <div class="empty-text">{children}</div>}
  </div>
);
