import { canaryUserAgent } from '../../lambda/shared/contract/canary';
import { routes } from '../../lambda/shared/contract/routes';
import type { AnsweredRequest } from './answered-request';
import type { GatewayMonitor, HandlerRun, MonitorCounts, MonitorEvent, RefusedCapture } from './gateway-monitor';
import { createTimeSeries, type Backlog } from './time-series';

const keptRefused = 200;
const keptRuns = 500;
/** The largest body that a route accepts. */
const keptBodyBytes = Math.max(...Object.values(routes).map(({ maxBodyBytes }) => maxBodyBytes));

/** Why ingress refused a request, by its log. */
export interface RefusalReason {
  readonly reason: string | null;
  readonly detail: string | null;
}

/** Records the activity that the monitor shows. */
export interface Recorder {
  readonly monitor: GatewayMonitor;
  readonly accepted: (request: AnsweredRequest) => void;
  readonly refused: (request: AnsweredRequest, why: RefusalReason) => void;
  readonly handlerRan: (run: HandlerRun) => void;
  readonly backlog: (backlog: Backlog) => void;
}

const isSentBy = (userAgent: string, { rawHeaders }: AnsweredRequest): boolean =>
  rawHeaders.some(
    (name, at) => at % 2 === 0 && name.toLowerCase() === 'user-agent' && rawHeaders[at + 1] === userAgent,
  );
/** `gateway doctor` and the screen Health send each URL a request that is refused on purpose: it is not recorded. */
const isProbe = (request: AnsweredRequest): boolean => isSentBy('gateway-doctor', request);

export const createRecorder = (now: () => number = Date.now): Recorder => {
  const startedAt = new Date(now()).toISOString();
  const series = createTimeSeries(now);
  const refused: RefusedCapture[] = [];
  const runs: HandlerRun[] = [];
  const refusedCounts = new Map<string, number>();
  const handlers = new Map<string, MutableHandlerCounts>();
  const listeners = new Set<(event: MonitorEvent) => void>();
  const publish = (event: MonitorEvent): void => {
    for (const listener of listeners) listener(event);
  };

  return {
    monitor: {
      startedAt,
      refused: () => refused.toReversed(),
      runs: () => runs.toReversed(),
      counts: () => countsOf(refusedCounts, handlers),
      series: series.read,
      subscribe: (listener) => {
        // The same function can subscribe twice.
        const own = (event: MonitorEvent): void => listener(event);
        listeners.add(own);
        return () => void listeners.delete(own);
      },
    },
    accepted: (request) => {
      // A canary is no webhook of Twilio. A refused one is recorded: somebody must look at it.
      if (isSentBy(canaryUserAgent, request)) return;
      const { route, durationMs } = request;
      series.addAccepted(route ?? '-');
      series.addLatency(durationMs);
    },
    refused: (request, why) => {
      if (isProbe(request)) return;
      const name = why.reason ?? String(request.status);
      series.addRefused(name);
      series.addLatency(request.durationMs);
      refusedCounts.set(name, (refusedCounts.get(name) ?? 0) + 1);
      const capture = captureOf(request, why);
      push(refused, capture, keptRefused);
      publish({ type: 'refused', request: capture });
    },
    handlerRan: (run) => {
      push(runs, run, keptRuns);
      const counts = handlers.get(run.handler) ?? { handled: 0, failed: 0, deadLetters: 0 };
      handlers.set(run.handler, counts);
      if (run.outcome === 'handled') counts.handled += 1;
      if (run.outcome === 'failed') counts.failed += 1;
      if (run.outcome === 'dead_letter') counts.deadLetters += 1;
      publish({ type: 'run', run });
    },
    backlog: series.addBacklog,
  };
};

interface MutableHandlerCounts {
  handled: number;
  failed: number;
  deadLetters: number;
}

const push = <T>(list: T[], entry: T, limit: number): void => {
  list.push(entry);
  if (list.length > limit) list.shift();
};

const countsOf = (
  refused: ReadonlyMap<string, number>,
  handlers: ReadonlyMap<string, MutableHandlerCounts>,
): MonitorCounts => ({
  refused: [...refused].map(([reason, count]) => ({ reason, count })).sort((one, other) => other.count - one.count),
  handlers: [...handlers].map(([name, counts]) => ({ name, ...counts })),
});

const captureOf = (request: AnsweredRequest, { reason, detail }: RefusalReason): RefusedCapture => ({
  id: request.requestId,
  at: request.receivedAt.toISOString(),
  method: request.method,
  url: request.url,
  headers: pairsOf(request.rawHeaders),
  // A copy: a part of a large body would keep all of it in memory.
  body: Buffer.from(request.body.subarray(0, keptBodyBytes)),
  isBodyCut: request.bodyBytes > keptBodyBytes,
  status: request.status,
  reason,
  detail,
  durationMs: request.durationMs,
});

const pairsOf = (rawHeaders: readonly string[]): readonly (readonly [string, string])[] =>
  rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as const] : []));
