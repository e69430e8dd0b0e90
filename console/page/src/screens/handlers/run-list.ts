import type { HandlerRun } from '../../../../api';

export const maxRuns = 500;

export const outcomeLabels: Readonly<Record<HandlerRun['outcome'], string>> = {
  handled: 'Handled',
  duplicate: 'Duplicate',
  failed: 'Failed',
  dead_letter: 'Dead letter',
};

export const outcomeTones: Readonly<Record<HandlerRun['outcome'], 'ok' | 'neutral' | 'warning' | 'problem'>> = {
  handled: 'ok',
  duplicate: 'neutral',
  failed: 'warning',
  dead_letter: 'problem',
};

/** A run has no id, but a handler ends each attempt at an event only once. */
export const runKey = ({ handler, eventId, receiveCount, at }: HandlerRun): string =>
  [handler, eventId ?? '', receiveCount ?? '', at].join(' ');

/** Runs that have just ended in front of the ones known before, each once, the newest first. */
export const addRuns = (known: readonly HandlerRun[], more: readonly HandlerRun[]): readonly HandlerRun[] => {
  const keys = new Set(known.map(runKey));
  const added = more.filter((run) => !keys.has(runKey(run)));
  if (added.length === 0) return known;
  return [...added, ...known].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).slice(0, maxRuns);
};

export interface RunFilter {
  /** Empty: every handler. */
  readonly handler: string;
  readonly failuresOnly: boolean;
}

const isFailure = ({ outcome }: HandlerRun): boolean => outcome === 'failed' || outcome === 'dead_letter';

export const filterRuns = (runs: readonly HandlerRun[], { handler, failuresOnly }: RunFilter): readonly HandlerRun[] =>
  runs.filter((run) => (handler === '' || run.handler === handler) && (!failuresOnly || isFailure(run)));

/** The median duration of a handler's runs that are known; null if none is. */
export const medianDuration = (runs: readonly HandlerRun[], handler: string): number | null => {
  const durations = runs
    .filter((run) => run.handler === handler)
    .flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]))
    .sort((a, b) => a - b);
  return durations[Math.floor((durations.length - 1) / 2)] ?? null;
};

/** A row of runs in a sentence, for a screen reader. */
export const describeLatest = (runs: readonly HandlerRun[]): string => {
  if (runs.length === 0) return 'No runs yet';
  const failures = runs.filter(isFailure).length;
  const failed = failures === 0 ? 'none failed' : failures === 1 ? '1 failed' : `${failures} failed`;
  return runs.length === 1 ? `Latest run: ${failed}` : `Latest ${runs.length} runs: ${failed}`;
};
