import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../../components/icon';
import { kindTitles, webhookKinds } from '../../webhooks/webhook-view';
import { ranges, type InboxFilter } from './inbox-filter';

const typingMs = 250;

const SearchBox = ({
  value,
  onChange,
  input,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly input: RefObject<HTMLInputElement | null>;
}) => {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (next: string, waitMs: number): void => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(next), waitMs);
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
        placeholder="Number, SID or text"
        title="A phone number, a SID or text. Also status:failed, type:call, from:+1555…, to:+1555…"
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

const Select = ({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, title: string])[];
  readonly onChange: (value: string) => void;
}) => (
  <select class="select" aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
    {options.map(([key, title]) => (
      <option key={key} value={key}>
        {title}
      </option>
    ))}
  </select>
);

const kindOptions = [['', 'All kinds'], ...webhookKinds.map((kind) => [kind, kindTitles[kind]] as const)] as const;
const directionOptions = [
  ['', 'Both directions'],
  ['inbound', 'Inbound'],
  ['outbound', 'Outbound'],
] as const;
const rangeOptions = [
  ...Object.entries(ranges).map(([key, { title }]) => [key, title] as const),
  ['custom', 'From … to …'] as const,
];

export const InboxToolbar = ({
  filter,
  onChange,
  searchInput,
}: {
  readonly filter: InboxFilter;
  readonly onChange: (filter: InboxFilter) => void;
  readonly searchInput: RefObject<HTMLInputElement | null>;
}) => (
  <div class="toolbar" role="search" aria-label="Webhooks">
    <SearchBox value={filter.search} input={searchInput} onChange={(search) => onChange({ ...filter, search })} />
    <Select label="Kind" value={filter.kind} options={kindOptions} onChange={(kind) => onChange({ ...filter, kind })} />
    <Select
      label="Direction"
      value={filter.direction}
      options={directionOptions}
      onChange={(direction) => onChange({ ...filter, direction })}
    />
    <Select
      label="Time range"
      value={filter.range}
      options={rangeOptions}
      onChange={(range) => onChange({ ...filter, range })}
    />
    {filter.range === 'custom' ? (
      <>
        <input
          class="input"
          type="datetime-local"
          aria-label="From"
          value={filter.since}
          onChange={(event) => onChange({ ...filter, since: event.currentTarget.value })}
        />
        <input
          class="input"
          type="datetime-local"
          aria-label="To"
          value={filter.until}
          onChange={(event) => onChange({ ...filter, until: event.currentTarget.value })}
        />
      </>
    ) : null}
  </div>
);
