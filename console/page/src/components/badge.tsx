import type { ComponentChildren } from 'preact';

export type Tone = 'neutral' | 'accent' | 'ok' | 'warning' | 'problem';

/** A word with a colour. The word alone says it all. */
export const Badge = ({
  tone = 'neutral',
  children,
}: {
  readonly tone?: Tone;
  readonly children: ComponentChildren;
}) => <span class={`badge badge-${tone}`}>{children}</span>;
