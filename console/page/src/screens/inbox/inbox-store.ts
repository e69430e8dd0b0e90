import type { LiveEvent } from '../../../../api';
import type { ApiClient } from '../../api-client';
import type { Live } from '../../live';
import type { RouteParams } from '../../text/route';
import { matchesFilter } from '../../webhooks/match-filter';
import { keyOf, type WebhookView } from '../../webhooks/webhook-view';
import { filterFromParams, queryOf, rowFilterOf, type InboxFilter } from './inbox-filter';
import { mergeRows, mostRows, newRows, reachesRows } from './merge-rows';

export interface InboxState {
  readonly filter: InboxFilter;
  readonly rows: readonly WebhookView[];
  /** Arrived while the reader was further down. */
  readonly held: readonly WebhookView[];
  /** Whether older rows can be loaded. */
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly isLoadingMore: boolean;
  readonly error: string | null;
}

export interface InboxStore {
  readonly get: () => InboxState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Loads, unless the rows of this filter are there. */
  readonly show: (filter: InboxFilter) => void;
  readonly reload: () => void;
  readonly loadMore: () => void;
  /** Shows the rows that were held. */
  readonly release: () => void;
  readonly setScrollTop: (scrollTop: number) => void;
  /** What the screen finds again when it is shown once more. */
  readonly place: { scrollTop: number; selected: string | null };
  /** Whether a row has arrived a moment ago. */
  readonly isFresh: (row: WebhookView) => boolean;
}

const pageSize = 200;
/** Rows that arrive within this time are shown together. */
const batchMs = 80;
const freshMs = 1_600;
/** Scrolled further than these pixels, new rows are held. */
const topPixels = 24;

const emptyState: InboxState = {
  filter: filterFromParams({}),
  rows: [],
  held: [],
  hasMore: false,
  isLoading: true,
  isLoadingMore: false,
  error: null,
};

/** Keeps the inbox while the page is open, so that its rows stay when another screen is shown. */
export const createInboxStore = (api: ApiClient, live: Live, announce: (text: string) => void): InboxStore => {
  const listeners = new Set<() => void>();
  const place = { scrollTop: 0, selected: null as string | null };
  const arrivals = new Map<string, number>();
  let state = emptyState;
  let isOpen = false;
  let before: string | null = null;
  let loads = 0;
  let arrived: WebhookView[] = [];
  let batch: ReturnType<typeof setTimeout> | undefined;

  const set = (change: Partial<InboxState>): void => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };

  const setRows = (rows: readonly WebhookView[], change: Partial<InboxState> = {}): void => {
    const isLong = rows.length > mostRows;
    if (isLong) before = null;
    set({ ...change, ...(isLong ? { rows: rows.slice(0, mostRows / 2), hasMore: true } : { rows }) });
  };

  const fetchPage = (page: RouteParams) =>
    api.webhooks({ ...queryOf(state.filter, new Date()), limit: String(pageSize), ...page });

  const addArrived = (): void => {
    batch = undefined;
    if (state.isLoading) return;
    const filter = rowFilterOf(state.filter, new Date());
    const fitting = arrived.filter((row) => matchesFilter(row, filter));
    arrived = [];
    const added = newRows(state.held, newRows(state.rows, fitting));
    if (added.length === 0) return;
    announce(added.length === 1 ? '1 new webhook' : `${added.length} new webhooks`);
    const isHeld = place.scrollTop > topPixels;
    if (isHeld) {
      set({ held: mergeRows(state.held, added) });
      return;
    }
    arrivals.clear();
    for (const row of added) arrivals.set(keyOf(row), Date.now());
    setRows(mergeRows(state.rows, added));
  };

  /** @param keepsRows after an interruption: the rows that are there stay if nothing is missing between */
  const load = async (keepsRows: boolean): Promise<void> => {
    const own = ++loads;
    set({ isLoading: true, isLoadingMore: false, error: null });
    const result = await fetchPage({});
    if (own !== loads) return;
    if (!result.ok) {
      set({ isLoading: false, error: result.message });
      return;
    }
    const { rows, next } = result.value;
    if (keepsRows && reachesRows(state.rows, rows)) {
      setRows(mergeRows(state.rows, rows), { isLoading: false });
    } else {
      before = next;
      setRows(rows, { isLoading: false, held: [], hasMore: next !== null });
    }
    addArrived();
    if (state.rows.length === 0) void loadMore();
  };

  const loadMore = async (): Promise<void> => {
    if (!state.hasMore || state.isLoading || state.isLoadingMore) return;
    const own = loads;
    set({ isLoadingMore: true, error: null });
    const oldest = state.rows.at(-1)?.receivedAt ?? null;
    const result = await fetchPage(before === null ? { until: oldest } : { before });
    if (own !== loads) return;
    if (!result.ok) {
      set({ isLoadingMore: false, error: result.message });
      return;
    }
    const { rows, next } = result.value;
    before = next;
    const merged = mergeRows(state.rows, rows);
    const hasGrown = merged.length > state.rows.length;
    setRows(merged, { isLoadingMore: false, hasMore: next !== null });
    // A search may read a long period in vain.
    if (!hasGrown) void loadMore();
  };

  const release = (): void => {
    if (state.held.length > 0) setRows(mergeRows(state.rows, state.held), { held: [] });
  };

  const onEvent = (event: LiveEvent): void => {
    if (event.type !== 'webhooks' || !isOpen) return;
    arrived.push(...event.rows);
    batch ??= setTimeout(addArrived, batchMs);
  };
  live.onEvent(onEvent);
  live.onState((liveState) => {
    if (liveState === 'live' && isOpen) void load(true);
  });

  return {
    get: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    show: (filter) => {
      if (isOpen && JSON.stringify(filter) === JSON.stringify(state.filter)) return;
      if (isOpen) Object.assign(place, { scrollTop: 0, selected: null });
      isOpen = true;
      set({ filter, held: [], hasMore: false });
      void load(false);
    },
    reload: () => void load(false),
    loadMore: () => void loadMore(),
    release,
    setScrollTop: (scrollTop) => {
      place.scrollTop = scrollTop;
      if (scrollTop <= topPixels) release();
    },
    place,
    isFresh: (row) => Date.now() - (arrivals.get(keyOf(row)) ?? 0) < freshMs,
  };
};
