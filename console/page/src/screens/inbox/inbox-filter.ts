import type { RouteParams } from '../../text/route';
import { readSearch } from '../../text/search-query';
import type { RowFilter } from '../../webhooks/match-filter';

/** What the inbox shows; every field may be empty. It is kept in the URL. */
export interface InboxFilter {
  readonly search: string;
  readonly kind: string;
  readonly direction: string;
  /** A key of `ranges`, or `custom`: then `since` and `until` count, as an input of date and time gives them. */
  readonly range: string;
  readonly since: string;
  readonly until: string;
}

const hourMs = 3_600_000;

export const ranges: Readonly<Record<string, { readonly title: string; readonly ms: number }>> = {
  '1h': { title: 'Last hour', ms: hourMs },
  '24h': { title: 'Last 24 hours', ms: 24 * hourMs },
  '7d': { title: 'Last 7 days', ms: 7 * 24 * hourMs },
  '30d': { title: 'Last 30 days', ms: 30 * 24 * hourMs },
  '180d': { title: 'Last 180 days', ms: 180 * 24 * hourMs },
};

const defaultRange = '7d';

export const filterFromParams = (params: Readonly<Record<string, string>>): InboxFilter => ({
  search: params['search'] ?? '',
  kind: params['kind'] ?? '',
  direction: params['direction'] ?? '',
  range: params['range'] ?? defaultRange,
  since: params['since'] ?? '',
  until: params['until'] ?? '',
});

export const paramsFromFilter = ({ range, since, until, ...rest }: InboxFilter): RouteParams => ({
  ...rest,
  range: range === defaultRange ? '' : range,
  ...(range === 'custom' ? { since, until } : {}),
});

const isoOf = (localTime: string): string => {
  const date = new Date(localTime);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
};

const periodOf = ({ range, since, until }: InboxFilter, now: Date): { since: string; until: string } => {
  const { ms } = ranges[range] ?? { ms: 7 * 24 * hourMs };
  const start = new Date(now.getTime() - ms).toISOString();
  return range === 'custom' ? { since: isoOf(since) || start, until: isoOf(until) } : { since: start, until: '' };
};

/** The query of `GET /api/webhooks`. */
export const queryOf = (filter: InboxFilter, now: Date): RouteParams => {
  const { kind, direction, search } = filter;
  return { ...periodOf(filter, now), kinds: kind, direction, ...readSearch(search) };
};

/** The same filter for webhooks that arrive now. */
export const rowFilterOf = (filter: InboxFilter, now: Date): RowFilter => {
  const { kind, direction, search } = filter;
  return { until: periodOf(filter, now).until, kind, direction, ...readSearch(search) };
};

export const isFiltered = ({ search, kind, direction, range }: InboxFilter): boolean =>
  search.trim() !== '' || kind !== '' || direction !== '' || range === 'custom';
