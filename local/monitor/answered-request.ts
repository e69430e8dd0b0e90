/** The last part of the path of the fallback lane. */
export const laneRoute = 'fallback';

/** A request that the HTTP API has answered. */
export interface AnsweredRequest {
  /** In the logs of the functions that it reached. */
  readonly requestId: string;
  readonly receivedAt: Date;
  readonly method: string;
  /** Path and query as in the request line. */
  readonly url: string;
  /** Names and values in turn, as they arrived. */
  readonly rawHeaders: readonly string[];
  /** Empty if it was above the limit of the HTTP API. */
  readonly body: Buffer;
  /** Of the body that was sent. */
  readonly bodyBytes: number;
  /** The last part of the path of its route, such as `messages`; undefined if there is no such route. */
  readonly route: string | undefined;
  readonly status: number;
  /** Whether the HTTP API answered itself, without a function: 404, 413, 429, 503, and for a route to a queue. */
  readonly isAnsweredByApi: boolean;
  /** Whether it never reached the HTTP API, because `--swallow` lost it. */
  readonly isSwallowed: boolean;
  /** Milliseconds from the request to the answer. */
  readonly durationMs: number;
}
