import { useRef } from 'preact/hooks';
import type { QueueView } from '../../../../api';
import { EmptyState } from '../../components/empty-state';
import { ErrorBox } from '../../components/error-box';
import { useConsole } from '../../console-context';
import type { ScreenProps } from '../../screen';
import { hrefOf } from '../../text/route';
import { useLoad } from '../../use-load';
import { ScreenHead } from '../parts/screen-head';
import { useRefresh } from '../parts/use-refresh';
import { useLinkKeys } from '../parts/use-link-keys';
import { DeadLetters } from './dead-letters';
import { describeTotals, totalsOf } from './queue-totals';

const refreshSeconds = 5;

const Count = ({ value, kind }: { readonly value: number; readonly kind: string }) => (
  <td class={`number ${value === 0 ? 'is-zero' : kind}`}>{value.toLocaleString('en')}</td>
);

/** What a queue is for. Every other is a handler's. */
const uses: Readonly<Record<string, string>> = {
  events: 'webhooks to store',
  breaker: 'usage triggers of the circuit breaker',
  fallback: 'requests of the fallback lane',
};
const useOf = (name: string): string => uses[name] ?? 'events of a handler';

const QueueRow = ({ queue, isOpen }: { readonly queue: QueueView; readonly isOpen: boolean }) => (
  <tr class={isOpen ? 'is-selected' : undefined}>
    <th scope="row">
      <a class="row-link" href={hrefOf('queues', queue.name)} aria-current={isOpen ? 'true' : undefined}>
        {queue.name}
      </a>
      <span class="queue-use">{useOf(queue.name)}</span>
    </th>
    <Count value={queue.waiting} kind="is-some" />
    <Count value={queue.inFlight} kind="is-some" />
    <Count value={queue.deadLetters} kind="is-problem" />
  </tr>
);

export const QueuesScreen = ({ route }: ScreenProps) => {
  const { api } = useConsole();
  const { value, error, reload } = useLoad('queues', api.queues);
  const list = useRef<HTMLTableElement>(null);
  useRefresh(reload, refreshSeconds);
  useLinkKeys(list, 'queues');
  const queues = value?.queues ?? [];
  const open = queues.find(({ name }) => name === route.id);

  return (
    <div class="screen">
      <ScreenHead title="Queues" note={value === null ? undefined : describeTotals(totalsOf(queues))} />
      {error === null ? null : <ErrorBox message={error} onRetry={reload} />}
      <div class={route.id === '' ? 'split' : 'split has-detail'}>
        <div class="split-list">
          <table class="grid queue-table" ref={list} aria-label="Queues">
            <thead>
              <tr>
                <th scope="col">Queue</th>
                <th scope="col" class="number">
                  Waiting
                </th>
                <th scope="col" class="number">
                  In flight
                </th>
                <th scope="col" class="number">
                  Dead letters
                </th>
              </tr>
            </thead>
            <tbody>
              {queues.map((queue) => (
                <QueueRow key={queue.name} queue={queue} isOpen={queue.name === route.id} />
              ))}
            </tbody>
          </table>
        </div>
        <div class="split-detail">
          {route.id === '' ? (
            <EmptyState icon="queues" title="Open a queue">
              <p>Its dead letters are listed here, each with the reason and the body.</p>
            </EmptyState>
          ) : (
            <DeadLetters key={route.id} queue={route.id} count={open?.deadLetters ?? null} onChange={reload} />
          )}
        </div>
      </div>
    </div>
  );
};
