import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { LiveEvent, RefusedList, RefusedSummary } from '../../../../api';
import { EmptyState } from '../../components/empty-state';
import { ErrorBox } from '../../components/error-box';
import { SafeText } from '../../components/safe-text';
import { Time } from '../../components/time';
import { useConsole, useLiveEvents } from '../../console-context';
import type { ScreenProps } from '../../screen';
import { hrefOf } from '../../text/route';
import { useLoad } from '../../use-load';
import { ScreenHead } from '../parts/screen-head';
import { useRefresh } from '../parts/use-refresh';
import { useLinkKeys } from '../parts/use-link-keys';
import { PasteBox } from './paste-box';
import { Reasons } from './reasons';
import { RefusedDetail } from './refused-detail';
import { addRefused, hasReason, reasonText } from './refused-list';

/** The list of a stage is counted from its log. New requests of a local gateway arrive by themselves. */
const refreshSeconds = 60;

const RefusedRow = ({ request, isOpen }: { readonly request: RefusedSummary; readonly isOpen: boolean }) => (
  <li class={isOpen ? 'is-selected' : undefined}>
    <a class="row-link refused-row" href={hrefOf('refused', request.id)} aria-current={isOpen ? 'true' : undefined}>
      <span class="refused-status">{request.status}</span>
      <span class="refused-reason">{reasonText(request.reason)}</span>
      <Time at={request.at} as="log" />
      <code class="refused-path">
        <SafeText text={`${request.method} ${request.path}`} max={160} />
      </code>
    </a>
  </li>
);

/** The list as it was loaded, and what has been refused since. */
const useRefused = () => {
  const { api } = useConsole();
  const loaded = useLoad('refused', api.refused);
  const [list, setList] = useState<RefusedList | null>(null);
  useEffect(() => setList(loaded.value), [loaded.value]);
  const onEvent = useCallback((event: LiveEvent): void => {
    if (event.type === 'refused') setList((known) => (known === null ? known : addRefused(known, event.request)));
  }, []);
  useLiveEvents(onEvent);
  useRefresh(loaded.reload, refreshSeconds);
  return { ...loaded, list };
};

const Requests = ({ requests, open }: { readonly requests: readonly RefusedSummary[]; readonly open: string }) => {
  const list = useRef<HTMLUListElement>(null);
  useLinkKeys(list, 'refused');
  return (
    <ul class="rows" ref={list} aria-label="Refused requests">
      {requests.map((request) => (
        <RefusedRow key={request.id} request={request} isOpen={request.id === open} />
      ))}
    </ul>
  );
};

export const RefusedScreen = ({ route }: ScreenProps) => {
  const { info } = useConsole();
  const { list, error, reload } = useRefused();
  const [reason, setReason] = useState('');
  const requests = (list?.requests ?? []).filter((request) => reason === '' || hasReason(request, reason));
  const total = (list?.reasons ?? []).reduce((sum, { count }) => sum + count, 0);
  const note = list === null ? undefined : `${total.toLocaleString('en')} refused ${list.period}.`;

  return (
    <div class="screen">
      <ScreenHead title="Refused" note={note}>
        {route.id === '' ? null : <a href={hrefOf('refused')}>Explain another request</a>}
      </ScreenHead>
      {error === null ? null : <ErrorBox message={error} onRetry={reload} />}
      <div class={route.id === '' ? 'split' : 'split has-detail'}>
        <div class="split-list">
          {list !== null && total === 0 ? (
            <EmptyState icon="check" title="Nothing was refused">
              <p>A request is refused if its signature, account or form is not what the gateway expects.</p>
            </EmptyState>
          ) : null}
          <Reasons reasons={list?.reasons ?? []} chosen={reason} onChoose={info.keepsRefused ? setReason : null} />
          {info.keepsRefused ? (
            <Requests requests={requests} open={route.id} />
          ) : (
            <p class="section-note">
              A deployed stage logs the reason of a refused request and does not keep the request. Paste one that you
              captured to have it explained.
            </p>
          )}
        </div>
        <div class="split-detail">
          {route.id === '' ? <PasteBox /> : <RefusedDetail key={route.id} id={route.id} />}
        </div>
      </div>
    </div>
  );
};
