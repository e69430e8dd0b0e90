import type { HandlerRun } from '../../../console/api';
import {
  addRuns,
  describeLatest,
  filterRuns,
  maxRuns,
  medianDuration,
} from '../../../console/page/src/screens/handlers/run-list';

const run = (at: number, change: Partial<HandlerRun> = {}): HandlerRun => ({
  at: new Date(at * 1000).toISOString(),
  handler: 'orders',
  eventId: `event-${at}`,
  subject: null,
  outcome: 'handled',
  durationMs: 10,
  receiveCount: 1,
  error: null,
  ...change,
});

describe('the list of runs', () => {
  test('has each run once, the newest first', () => {
    const known = [run(3), run(1)];
    expect(addRuns(known, [run(2), run(3)])).toEqual([run(3), run(2), run(1)]);
    expect(addRuns(known, [run(1)])).toBe(known);
  });

  test('has a second attempt at the same event as a run of its own', () => {
    const again = run(5, { eventId: 'event-1', receiveCount: 2, outcome: 'failed' });
    expect(addRuns([run(1)], [again])).toEqual([again, run(1)]);
  });

  test('does not grow without bound', () => {
    const known = Array.from({ length: maxRuns }, (_, index) => run(maxRuns - index));
    const more = addRuns(known, [run(maxRuns + 1)]);
    expect(more).toHaveLength(maxRuns);
    expect(more[0]).toEqual(run(maxRuns + 1));
    expect(more.at(-1)).toEqual(run(2));
  });

  test('is filtered by handler and by failure', () => {
    const runs = [run(1), run(2, { handler: 'alerts' }), run(3, { outcome: 'dead_letter' })];
    expect(filterRuns(runs, { handler: '', failuresOnly: false })).toEqual(runs);
    expect(filterRuns(runs, { handler: 'alerts', failuresOnly: false })).toEqual([runs[1]]);
    expect(filterRuns(runs, { handler: 'orders', failuresOnly: true })).toEqual([runs[2]]);
  });

  test('is put in a sentence for a screen reader', () => {
    expect(describeLatest([])).toBe('No runs yet');
    expect(describeLatest([run(1)])).toBe('Latest run: none failed');
    expect(describeLatest([run(1), run(2, { outcome: 'failed' })])).toBe('Latest 2 runs: 1 failed');
  });

  test('gives the median duration of a handler', () => {
    const runs = [5, 100, 7, null].map((durationMs, at) => run(at, { durationMs }));
    expect(medianDuration(runs, 'orders')).toBe(7);
    expect(medianDuration(runs, 'alerts')).toBeNull();
  });
});
