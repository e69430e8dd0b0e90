import type { HandlerRun } from '../../../../api';
import { describeLatest } from './run-list';

const shown = 30;
const step = 6;
const height = 18;

/** The latest runs as bars, the newest last. A failure differs by height, not by colour alone. */
export const RunStrip = ({ runs }: { readonly runs: readonly HandlerRun[] }) => {
  const latest = runs.slice(0, shown).reverse();
  return (
    <svg class="run-strip" width={shown * step} height={height} role="img" aria-label={describeLatest(latest)}>
      {latest.map(({ outcome }, index) => {
        const size = outcome === 'failed' || outcome === 'dead_letter' ? height : height * 0.6;
        return (
          <rect
            key={index}
            class={`run-${outcome}`}
            x={index * step}
            y={height - size}
            width={step - 2}
            height={size}
          />
        );
      })}
    </svg>
  );
};
