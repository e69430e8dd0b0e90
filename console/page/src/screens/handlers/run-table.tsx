import { useState } from 'preact/hooks';
import type { HandlerRun } from '../../../../api';
import { Badge } from '../../components/badge';
import { SafeText } from '../../components/safe-text';
import { Time } from '../../components/time';
import { hrefOf } from '../../text/route';
import { durationText } from '../../text/time-text';
import { StoredLink } from '../parts/stored-link';
import { Section } from '../parts/section';
import { filterRuns, outcomeLabels, outcomeTones, runKey } from './run-list';

/** Older runs are rendered on demand, so that a new run costs little. */
const pageSize = 100;

const RunRow = ({ run }: { readonly run: HandlerRun }) => (
  <tr>
    <td class="run-time">
      <Time at={run.at} as="log" />
    </td>
    <td class="run-handler">{run.handler}</td>
    <td class="run-outcome">
      <Badge tone={outcomeTones[run.outcome]}>{outcomeLabels[run.outcome]}</Badge>
    </td>
    <td class="number run-duration">{run.durationMs === null ? '–' : durationText(run.durationMs)}</td>
    <td class="number run-attempt" data-label="Attempt">
      {run.receiveCount ?? '–'}
    </td>
    <td class="run-about">
      {run.subject === null ? null : (
        <StoredLink subject={run.subject} isCode>
          <SafeText text={run.subject} />
        </StoredLink>
      )}
      {run.error === null ? null : (
        <p class="run-error">
          <SafeText text={run.error} max={400} />
        </p>
      )}
    </td>
  </tr>
);

export const RunTable = ({
  runs,
  handlers,
  chosen,
}: {
  readonly runs: readonly HandlerRun[];
  readonly handlers: readonly string[];
  /** The handler that the URL names. */
  readonly chosen: string;
}) => {
  const [failuresOnly, setFailuresOnly] = useState(false);
  const [limit, setLimit] = useState(pageSize);
  const filtered = filterRuns(runs, { handler: chosen, failuresOnly });

  return (
    <Section
      title="Runs"
      note={`${filtered.length.toLocaleString('en')} ${filtered.length === 1 ? 'run' : 'runs'}, live`}
      tools={
        <>
          <label class="check">
            <input
              type="checkbox"
              checked={failuresOnly}
              onChange={(event) => setFailuresOnly(event.currentTarget.checked)}
            />
            Failures only
          </label>
          <select
            class="input"
            aria-label="Handler"
            value={chosen}
            onChange={(event) => {
              location.hash = hrefOf('handlers', event.currentTarget.value);
            }}
          >
            <option value="">All handlers</option>
            {handlers.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </>
      }
    >
      {filtered.length === 0 ? (
        <p class="section-note">
          {runs.length === 0 ? 'No handler has run yet. Send a webhook with Try it.' : 'No run fits the filter.'}
        </p>
      ) : (
        <table class="grid run-table" aria-label="Runs">
          <thead>
            <tr>
              <th scope="col">Ended</th>
              <th scope="col">Handler</th>
              <th scope="col">Outcome</th>
              <th scope="col" class="number">
                Duration
              </th>
              <th scope="col" class="number">
                Attempt
              </th>
              <th scope="col">About</th>
            </tr>
          </thead>
          <tbody>
            {filtered.slice(0, limit).map((run) => (
              <RunRow key={runKey(run)} run={run} />
            ))}
          </tbody>
        </table>
      )}
      {filtered.length > limit ? (
        <button type="button" class="button button-plain more" onClick={() => setLimit(limit + pageSize)}>
          Show older runs
        </button>
      ) : null}
    </Section>
  );
};
