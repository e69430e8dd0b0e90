import { useCallback, useEffect, useState } from 'preact/hooks';
import type { HandlerRun, LiveEvent } from '../../../../api';
import { EmptyState } from '../../components/empty-state';
import { ErrorBox } from '../../components/error-box';
import { useConsole, useLiveEvents } from '../../console-context';
import type { ScreenProps } from '../../screen';
import { useLoad } from '../../use-load';
import { ScreenHead } from '../parts/screen-head';
import { Section } from '../parts/section';
import { useRefresh } from '../parts/use-refresh';
import { HandlerTable } from './handler-table';
import { Replies } from './replies';
import { addRuns } from './run-list';
import { RunTable } from './run-table';

const refreshSeconds = 10;

/** The list as it was loaded, and the runs that have ended since. */
const useHandlers = () => {
  const { api } = useConsole();
  const loaded = useLoad('handlers', api.handlers);
  const [runs, setRuns] = useState<readonly HandlerRun[]>([]);
  useEffect(() => setRuns((known) => addRuns(known, loaded.value?.runs ?? [])), [loaded.value]);
  const onEvent = useCallback((event: LiveEvent): void => {
    if (event.type === 'run') setRuns((known) => addRuns(known, [event.run]));
  }, []);
  useLiveEvents(onEvent);
  useRefresh(loaded.reload, refreshSeconds);
  return { ...loaded, runs };
};

export const HandlersScreen = ({ route }: ScreenProps) => {
  const { info } = useConsole();
  const { value, error, reload, runs } = useHandlers();
  const handlers = value?.handlers ?? [];
  const note = value === null ? undefined : `Runs ${value.period}.`;

  return (
    <div class="screen">
      <ScreenHead title="Handlers" note={note} />
      {error === null ? null : <ErrorBox message={error} onRetry={reload} />}
      {value !== null && handlers.length === 0 ? (
        <EmptyState icon="handlers" title="No handlers">
          <p>
            A handler is your code for an event, such as a message that arrived:{' '}
            <code>
              gateway.onMessage('Replies', {'{'} entry: 'handlers/reply.ts' {'}'})
            </code>
            . Its runs and replies are listed here.
          </p>
        </EmptyState>
      ) : (
        <div class="section">
          <HandlerTable handlers={handlers} runs={runs} />
        </div>
      )}
      {info.isLocal ? <RunTable runs={runs} handlers={handlers.map(({ name }) => name)} chosen={route.id} /> : null}
      {info.hasStandIn ? <Replies replies={value?.replies ?? []} /> : null}
      {info.isLocal ? null : (
        <Section title="Runs and replies">
          <p class="section-note">
            Each run is in the log of the handler’s function. Twilio’s console lists replies, and the inbox shows their
            status callbacks.
          </p>
        </Section>
      )}
    </div>
  );
};
