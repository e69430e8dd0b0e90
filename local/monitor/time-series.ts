import { routeNames } from '../../lambda/shared/contract/routes';
import { createLatencies, type Latencies, type Percentiles } from './latencies';
import type { MonitorSeries, Series } from './gateway-monitor';

const stepSeconds = 10;
const keptSteps = (24 * 60 * 60) / stepSeconds;

/** By the name of a queue. */
export type Backlog = Readonly<Record<string, number>>;

interface Step {
  readonly webhooks: Map<string, number>;
  readonly refused: Map<string, number>;
  latencies: Latencies | undefined;
  percentiles: Percentiles | undefined;
  backlog: Backlog | undefined;
}

export interface TimeSeries {
  readonly addAccepted: (route: string) => void;
  readonly addRefused: (reason: string) => void;
  readonly addLatency: (milliseconds: number) => void;
  readonly addBacklog: (backlog: Backlog) => void;
  readonly read: (minutes: number) => MonitorSeries;
}

/** Counts in steps of ten seconds for 24 hours. A step in which nothing happened takes no memory. */
export const createTimeSeries = (now: () => number = Date.now): TimeSeries => {
  const steps = new Map<number, Step>();
  const stepNow = (): number => Math.floor(now() / 1000 / stepSeconds);
  const firstStep = stepNow();
  let latest = firstStep;
  let lastBacklog: Backlog | undefined;

  const current = (): Step => {
    const at = stepNow();
    if (at !== latest) closeStep(steps.get(latest));
    latest = at;
    const found = steps.get(at) ?? emptyStep();
    steps.set(at, found);
    // Steps are added in the order of time, so the oldest comes first.
    for (const old of steps.keys()) {
      if (old > at - keptSteps) break;
      steps.delete(old);
    }
    return found;
  };

  return {
    addAccepted: (route) => addOne(current().webhooks, route),
    addRefused: (reason) => addOne(current().refused, reason),
    addLatency: (milliseconds) => {
      const step = current();
      step.latencies ??= createLatencies();
      step.latencies.add(milliseconds);
    },
    addBacklog: (backlog) => {
      const step = current();
      const most = mostOf(step.backlog, backlog);
      // Steps with the same numbers share one object.
      if (JSON.stringify(most) !== JSON.stringify(lastBacklog)) lastBacklog = most;
      step.backlog = lastBacklog;
    },
    read: (minutes) => {
      const last = stepNow();
      const count = Math.min(keptSteps, Math.max(1, Math.ceil((minutes * 60) / stepSeconds)));
      const ats = Array.from({ length: count }, (_, index) => last - count + 1 + index);
      const wanted = ats.map((at) => steps.get(at));
      const counted = (read: (step: Step) => ReadonlyMap<string, number>, always: readonly string[]) =>
        namesIn(wanted, (step) => read(step).keys(), always).map((name) => ({
          name,
          values: ats.map((at, index) => {
            const step = wanted[index];
            return at < firstStep ? null : step === undefined ? 0 : (read(step).get(name) ?? 0);
          }),
        }));
      return {
        times: ats.map((at) => at * stepSeconds),
        stepSeconds,
        webhooks: counted(({ webhooks }) => webhooks, routeNames),
        refused: counted(({ refused }) => refused, []),
        latency: (['p50', 'p95'] as const).map((name) => ({
          name,
          values: wanted.map((step) => percentilesOf(step)?.[name] ?? null),
        })),
        backlog: namesIn(wanted, ({ backlog }) => Object.keys(backlog ?? {}), []).map((name): Series => ({
          name,
          values: wanted.map((step) => step?.backlog?.[name] ?? null),
        })),
      };
    },
  };
};

const emptyStep = (): Step => ({
  webhooks: new Map(),
  refused: new Map(),
  latencies: undefined,
  percentiles: undefined,
  backlog: undefined,
});

/** Keeps the two numbers of a step that is over, instead of all latencies. */
const closeStep = (step: Step | undefined): void => {
  if (step === undefined) return;
  step.percentiles = percentilesOf(step);
  step.latencies = undefined;
};

const percentilesOf = (step: Step | undefined): Percentiles | undefined =>
  step?.latencies === undefined ? step?.percentiles : step.latencies.percentiles();

/** The larger number of each queue. */
const mostOf = (before: Backlog | undefined, now: Backlog): Backlog => ({
  ...before,
  ...Object.fromEntries(Object.entries(now).map(([name, count]) => [name, Math.max(count, before?.[name] ?? 0)])),
});

const addOne = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

const namesIn = (
  steps: readonly (Step | undefined)[],
  namesOf: (step: Step) => Iterable<string>,
  always: readonly string[],
): readonly string[] => {
  const seen = new Set(steps.flatMap((step) => (step === undefined ? [] : [...namesOf(step)])));
  return [...always, ...[...seen].filter((name) => !always.includes(name)).sort()];
};
