import type { HandlerRun, HandlerView } from '../../../../api';
import { hrefOf } from '../../text/route';
import { durationText } from '../../text/time-text';
import { RunStrip } from './run-strip';
import { medianDuration } from './run-list';

const Count = ({ value, kind = '' }: { readonly value: number | null; readonly kind?: string }) => (
  <span class={value === 0 || value === null ? 'is-zero' : kind}>
    {value === null ? '–' : value.toLocaleString('en')}
  </span>
);

const HandlerRow = ({ handler, runs }: { readonly handler: HandlerView; readonly runs: readonly HandlerRun[] }) => {
  const median = medianDuration(runs, handler.name);
  return (
    <tr>
      <th scope="row">{handler.name}</th>
      <td class="handler-strip">
        <RunStrip runs={runs.filter((run) => run.handler === handler.name)} />
      </td>
      <td class="number" data-label="Handled">
        <Count value={handler.handled} />
      </td>
      <td class="number" data-label="Failed">
        <Count value={handler.failed} kind="is-warning" />
      </td>
      <td class="number" data-label="Median">
        {median === null ? <Count value={null} /> : durationText(median)}
      </td>
      <td class="number" data-label="Waiting">
        <Count value={handler.waiting} />
      </td>
      <td class="number" data-label="Dead letters">
        {handler.deadLetters === 0 ? (
          <Count value={0} />
        ) : (
          <a
            href={hrefOf('queues', handler.name)}
            aria-label={`${handler.deadLetters} dead letters of ${handler.name}`}
          >
            <Count value={handler.deadLetters} kind="is-problem" />
          </a>
        )}
      </td>
    </tr>
  );
};

const columns = ['Handled', 'Failed', 'Median', 'Waiting', 'Dead letters'];

export const HandlerTable = ({
  handlers,
  runs,
}: {
  readonly handlers: readonly HandlerView[];
  readonly runs: readonly HandlerRun[];
}) => (
  <table class="grid handler-table" aria-label="Handlers">
    <thead>
      <tr>
        <th scope="col">Handler</th>
        <th scope="col">Latest runs</th>
        {columns.map((title) => (
          <th scope="col" class="number" key={title}>
            {title}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {handlers.map((handler) => (
        <HandlerRow key={handler.name} handler={handler} runs={runs} />
      ))}
    </tbody>
  </table>
);
