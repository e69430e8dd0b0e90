import { useCallback, useState } from 'preact/hooks';
import type { HandlerRun, LiveEvent } from '../../../../api';
import { Badge } from '../../components/badge';
import { SafeText } from '../../components/safe-text';
import { Time } from '../../components/time';
import { useLiveEvents } from '../../console-context';
import { durationText } from '../../text/time-text';
import { addRuns, outcomeLabels, outcomeTones, runKey } from '../handlers/run-list';
import { Section } from '../parts/section';

const shown = 20;

/** Handlers that have run since this screen was opened. They explain a reply, or why there is none. */
export const RecentRuns = () => {
  const [runs, setRuns] = useState<readonly HandlerRun[]>([]);
  const onEvent = useCallback((event: LiveEvent): void => {
    if (event.type === 'run') setRuns((known) => addRuns(known, [event.run]).slice(0, shown));
  }, []);
  useLiveEvents(onEvent);
  return (
    <Section title="Handlers that ran">
      {runs.length === 0 ? <p class="section-note">None since this screen was opened.</p> : null}
      <ul class="recent-runs" aria-label="Handlers that ran">
        {runs.map((run) => (
          <li key={runKey(run)}>
            <strong>{run.handler}</strong>
            <Badge tone={outcomeTones[run.outcome]}>{outcomeLabels[run.outcome]}</Badge>
            <span class="recent-facts">
              {run.durationMs === null ? null : <span>{durationText(run.durationMs)}</span>}
              <Time at={run.at} as="log" />
            </span>
            {run.error === null ? null : (
              <p class="run-error">
                <SafeText text={run.error} max={300} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
};
