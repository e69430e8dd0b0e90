import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon';

export interface ButtonProps {
  readonly children?: ComponentChildren;
  readonly icon?: IconName;
  /** The name of a button that shows an icon only; also its tooltip. */
  readonly label?: string;
  readonly kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly type?: 'button' | 'submit';
  readonly isBusy?: boolean;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly onClick?: () => void;
}

/** A busy button keeps its size and its focus, and does nothing. */
export const Button = ({
  children,
  icon,
  label,
  kind = 'plain',
  type = 'button',
  isBusy = false,
  disabled = false,
  pressed,
  onClick,
}: ButtonProps) => (
  <button
    type={type}
    class={`button button-${kind}${children === undefined ? ' button-icon' : ''}${isBusy ? ' is-busy' : ''}`}
    aria-label={label}
    title={label}
    aria-pressed={pressed}
    aria-disabled={isBusy || disabled ? 'true' : undefined}
    disabled={disabled}
    onClick={(event) => {
      if (isBusy) event.preventDefault();
      else onClick?.();
    }}
  >
    {icon === undefined ? null : <Icon name={icon} />}
    {children}
  </button>
);
