import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../../components/button';
import { SearchBox } from '../../components/search-box';
import { kindTitles, webhookKinds } from '../../webhooks/webhook-view';
import { ranges, type InboxFilter } from './inbox-filter';

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

const Period = ({
  filter,
  onChange,
}: {
  readonly filter: InboxFilter;
  readonly onChange: (filter: InboxFilter) => void;
}) => (
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
);

export const InboxToolbar = ({
  filter,
  onChange,
  searchInput,
}: {
  readonly filter: InboxFilter;
  readonly onChange: (filter: InboxFilter) => void;
  readonly searchInput: RefObject<HTMLInputElement | null>;
}) => {
  const [isOpen, setOpen] = useState(false);
  return (
    <div class="toolbar" role="search" aria-label="Webhooks">
      <SearchBox
        value={filter.search}
        input={searchInput}
        placeholder="Number, SID or text"
        title="A phone number, a SID or text. Also status:failed, type:call, from:+1555…, to:+1555…"
        onChange={(search) => onChange({ ...filter, search })}
      />
      <div class="filter-toggle">
        <Button icon="filter" label="Filters" pressed={isOpen} onClick={() => setOpen(!isOpen)} />
      </div>
      <div class={`filters${isOpen ? ' is-open' : ''}`}>
        <Select
          label="Kind"
          value={filter.kind}
          options={kindOptions}
          onChange={(kind) => onChange({ ...filter, kind })}
        />
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
        {filter.range === 'custom' ? <Period filter={filter} onChange={onChange} /> : null}
      </div>
    </div>
  );
};
