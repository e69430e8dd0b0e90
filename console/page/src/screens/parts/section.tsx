import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** A part of a screen with a heading. */
export const Section = ({
  title,
  note,
  tools,
  children,
}: {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}) => {
  const headingId = useId();
  return (
    <section class="section" aria-labelledby={headingId}>
      <div class="section-head">
        <h2 id={headingId}>{title}</h2>
        {note === undefined ? null : <p class="section-note">{note}</p>}
        {tools === undefined ? null : <div class="section-tools">{tools}</div>}
      </div>
      {children}
    </section>
  );
};
