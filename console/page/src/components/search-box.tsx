import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon';

const typingMs = 250;

/** Reports what was typed after a moment; at once on Enter. Escape empties it. */
export const SearchBox = ({
  value,
  input,
  placeholder,
  title,
  onChange,
}: {
  readonly value: string;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly placeholder: string;
  readonly title?: string;
  readonly onChange: (value: string) => void;
}) => {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const reported = useRef(value);
  // What was typed since it was reported stays.
  useEffect(() => {
    if (value !== reported.current) setText(value);
    reported.current = value;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (next: string, waitMs: number): void => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      reported.current = next;
      onChange(next);
    }, waitMs);
  };
  return (
    <div class="search">
      <Icon name="search" />
      <input
        ref={input}
        class="input"
        type="search"
        aria-label="Search"
        aria-keyshortcuts="/"
        placeholder={placeholder}
        title={title}
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => change(event.currentTarget.value, typingMs)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') change(text, 0);
          if (event.key !== 'Escape') return;
          if (text === '') event.currentTarget.blur();
          else change('', 0);
          event.preventDefault();
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </div>
  );
};
