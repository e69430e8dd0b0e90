import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Button } from '../../components/button';
import { EmptyState } from '../../components/empty-state';
import { ErrorBox } from '../../components/error-box';
import { useRowKeys } from '../../components/use-row-keys';
import { VirtualTable } from '../../components/virtual-table';
import { useConsole } from '../../console-context';
import type { ScreenProps } from '../../screen';
import { useKeys } from '../../shell/keys';
import { hrefOf } from '../../text/route';
import { narrowQuery, useMedia } from '../../use-media';
import { replaceRoute } from '../../use-route';
import { useStore } from '../../use-store';
import { webhookCells, webhookColumns } from '../../webhooks/webhook-cells';
import { keyOf, type WebhookView } from '../../webhooks/webhook-view';
import { filterFromParams, isFiltered, paramsFromFilter, type InboxFilter } from './inbox-filter';
import type { InboxState } from './inbox-store';
import { InboxToolbar } from './inbox-toolbar';
import { withoutRepeats } from './merge-rows';

const rowHeight = 36;
/** Of a row with two lines. */
const narrowRowHeight = 60;

const NoRows = ({ filter }: { readonly filter: InboxFilter }) =>
  isFiltered(filter) ? (
    <EmptyState icon="search" title="Nothing found">
      <p>No webhook in this period fits the filter.</p>
      <a href={hrefOf('inbox')}>Remove the filter</a>
    </EmptyState>
  ) : (
    <EmptyState icon="inbox" title="No webhook yet">
      <p>Webhooks appear here as they arrive.</p>
      <p>
        <a href={hrefOf('try')}>Send a test webhook</a>, or give Twilio the URLs of <a href={hrefOf('setup')}>Setup</a>.
      </p>
    </EmptyState>
  );

const Footer = ({ state, onRetry }: { readonly state: InboxState; readonly onRetry: () => void }) => {
  if (state.error !== null) return <ErrorBox message={state.error} onRetry={onRetry} />;
  if (state.isLoading && state.rows.length === 0) return null;
  if (state.rows.length === 0) return <NoRows filter={state.filter} />;
  return <p class="table-end">{state.hasMore ? 'Loading older webhooks …' : 'That is all in this period.'}</p>;
};

export const InboxScreen = ({ route }: ScreenProps) => {
  const { inbox } = useConsole();
  const state = useStore(inbox);
  const isNarrow = useMedia(narrowQuery);
  const height = isNarrow ? narrowRowHeight : rowHeight;
  const [selected, setSelected] = useState(inbox.place.selected);
  const scroller = useRef<HTMLDivElement | null>(null);
  const searchInput = useRef<HTMLInputElement | null>(null);
  const filter = useMemo(() => filterFromParams(route.params), [route.params]);
  const { held } = state;
  const rows = useMemo(() => withoutRepeats(state.rows), [state.rows]);

  useEffect(() => {
    inbox.show(filter);
    if (inbox.place.scrollTop === 0 && scroller.current !== null) scroller.current.scrollTop = 0;
  }, [inbox, filter]);
  useLayoutEffect(() => {
    scroller.current?.querySelector<HTMLElement>('[data-tab-stop="true"] .row-link')?.focus({ preventScroll: true });
  }, [inbox]);

  const select = (key: string | null): void => {
    inbox.place.selected = key;
    setSelected(key);
  };
  const rowClass = (row: WebhookView): string =>
    [
      keyOf(row) === selected ? 'row-selected' : '',
      inbox.isFresh(row) ? 'row-fresh' : '',
      row.direction === 'outbound' ? 'row-outbound' : '',
    ].join(' ');
  const scrollToTop = (): void => {
    inbox.release();
    if (scroller.current !== null) scroller.current.scrollTop = 0;
  };
  useRowKeys({ scroller, rowHeight: height, keys: () => rows.map(keyOf), selected, select });
  useKeys({ '/': () => searchInput.current?.select() });

  const first = rows[0];
  const tabStop = selected ?? (first === undefined ? null : keyOf(first));
  return (
    <section class="inbox" aria-labelledby="inbox-title">
      <h1 id="inbox-title" class="visually-hidden">
        Inbox
      </h1>
      <InboxToolbar
        filter={filter}
        searchInput={searchInput}
        onChange={(next) => replaceRoute('inbox', '', paramsFromFilter(next))}
      />
      <div
        class={`inbox-rows${state.isLoading && rows.length > 0 ? ' is-loading' : ''}`}
        onFocusIn={(event) => {
          const at = (event.target as HTMLElement).closest('[data-key]')?.getAttribute('data-key');
          if (at !== null && at !== undefined) select(at);
        }}
      >
        {held.length === 0 ? null : (
          <div class="held">
            <Button kind="primary" icon="up" onClick={scrollToTop}>
              {held.length} new
            </Button>
          </div>
        )}
        <VirtualTable
          label="Inbox"
          columns={webhookColumns}
          rows={rows}
          rowHeight={height}
          total={state.hasMore ? -1 : rows.length}
          keyOf={keyOf}
          cells={webhookCells}
          rowClass={rowClass}
          tabStop={tabStop}
          scroller={scroller}
          initialTop={inbox.place.scrollTop}
          onScroll={inbox.setScrollTop}
          onNearEnd={inbox.loadMore}
          footer={<Footer state={state} onRetry={rows.length === 0 ? inbox.reload : inbox.loadMore} />}
        />
      </div>
    </section>
  );
};
