import type { HandlerRun } from '../../api';

/** The recent activity that only the process of a local gateway knows (local/monitor). In memory, with a limit. */
export interface Monitor {
  /** ISO 8601: since when it counts. */
  readonly startedAt: string;
  /** The newest first. */
  refused(): readonly RefusedCapture[];
  /** The newest first. */
  runs(): readonly HandlerRun[];
  counts(): MonitorCounts;
  series(minutes: number): MonitorSeries;
  /** @returns a function that ends the subscription */
  subscribe(listener: (event: MonitorEvent) => void): () => void;
}

/** A refused request as it arrived. */
export interface RefusedCapture {
  readonly id: string;
  readonly at: string;
  readonly method: string;
  /** Path and query as in the request line. */
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly status: number;
  readonly reason: string | null;
}

interface MonitorCounts {
  readonly refused: readonly { readonly reason: string; readonly count: number }[];
  readonly handlers: readonly {
    readonly name: string;
    readonly handled: number;
    readonly failed: number;
  }[];
}

interface MonitorSeries {
  readonly times: readonly number[];
  readonly stepSeconds: number;
  readonly webhooks: readonly Series[];
  readonly refused: readonly Series[];
  readonly latency: readonly Series[];
  readonly backlog: readonly Series[];
}

export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

export type MonitorEvent =
  { readonly type: 'refused'; readonly request: RefusedCapture } | { readonly type: 'run'; readonly run: HandlerRun };
