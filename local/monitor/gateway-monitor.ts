/**
 * The recent activity of the running gateway, for the console. All of it is in memory, with a limit, and ends with the
 * process; nothing is written to disk.
 */
export interface GatewayMonitor {
  /** ISO 8601: since when it has been counting. */
  readonly startedAt: string;
  /** The last 200, newest first. */
  refused(): readonly RefusedCapture[];
  /** The last 500, newest first. */
  runs(): readonly HandlerRun[];
  counts(): MonitorCounts;
  /** The last minutes, at most 24 hours. */
  series(minutes: number): MonitorSeries;
  /** @returns a function that ends the subscription */
  subscribe(listener: (event: MonitorEvent) => void): () => void;
}

/** A request that was answered with 4xx or 5xx, as it arrived. */
export interface RefusedCapture {
  /** The request id of the HTTP API, which is in the log of ingress. */
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly method: string;
  /** Path and query as in the request line. */
  readonly url: string;
  /** In the order and with the names of the request; a repeated header is there repeatedly. */
  readonly headers: readonly (readonly [string, string])[];
  /** At most the 256 kB that a route accepts. */
  readonly body: Buffer;
  /** Whether the request had more bytes than `body`. */
  readonly isBodyCut: boolean;
  readonly status: number;
  /** In the log of ingress; null if the HTTP API refused the request itself, or if ingress logged only a sample. */
  readonly reason: string | null;
  /** What the log says beyond the reason; null if nothing. */
  readonly detail: string | null;
  readonly durationMs: number;
}

/** A handler's run with one event. */
export interface HandlerRun {
  /** ISO 8601. */
  readonly at: string;
  readonly handler: string;
  readonly eventId: string | null;
  /** The SID that the event is about. */
  readonly subject: string | null;
  readonly outcome: 'handled' | 'duplicate' | 'failed' | 'dead_letter';
  readonly durationMs: number | null;
  readonly receiveCount: number | null;
  /** Of a failure. */
  readonly error: string | null;
}

/** Since the start. */
export interface MonitorCounts {
  /** By reason; for a request without one, its status such as `404`. Most frequent first. */
  readonly refused: readonly { readonly reason: string; readonly count: number }[];
  /** By handler. */
  readonly handlers: readonly {
    readonly name: string;
    readonly handled: number;
    readonly failed: number;
    readonly deadLetters: number;
  }[];
}

/** Each list of values has as many entries as `times`. */
export interface MonitorSeries {
  /** Seconds since 1970, in steps of `stepSeconds`; each is the beginning of its step. */
  readonly times: readonly number[];
  readonly stepSeconds: number;
  /** Accepted requests, by route. */
  readonly webhooks: readonly Series[];
  /** Refused requests, by reason as in `MonitorCounts`. */
  readonly refused: readonly Series[];
  /** `p50` and `p95` of the milliseconds until the answer; null for a step without requests. */
  readonly latency: readonly Series[];
  /** The most messages of each queue in a step, waiting or in flight; null before the first look. */
  readonly backlog: readonly Series[];
}

export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

export type MonitorEvent =
  { readonly type: 'refused'; readonly request: RefusedCapture } | { readonly type: 'run'; readonly run: HandlerRun };
