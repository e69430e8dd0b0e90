import type { ComponentChildren } from 'preact';

/** The title of a screen, a line about its content, and its controls. */
export const ScreenHead = ({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly children?: ComponentChildren;
}) => (
  <div class="screen-head">
    <h1>{title}</h1>
    {/* The line is there before its text is, so that nothing moves. */}
    <p class="screen-note">{note ?? '\u00a0'}</p>
    {children === undefined ? null : <div class="screen-tools">{children}</div>}
  </div>
);
