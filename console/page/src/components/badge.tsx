import type { ComponentChildren } from 'preact';
import type { Tone } from '../text/tone';

export type { Tone };

/** A word with a colour. The colour adds nothing to the meaning of the word. */
export const Badge = ({
  tone = 'neutral',
  children,
}: {
  readonly tone?: Tone;
  readonly children: ComponentChildren;
}) => <span class={`badge badge-${tone}`}>{children}</span>;
