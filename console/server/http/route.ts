import type { JsonObject } from '../../../cli/json-fields';

/** A request that passed all checks of the server. */
export interface RouteRequest {
  /** The parts of the path that the route names with a colon, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Empty for a GET. */
  readonly body: JsonObject;
  /** Aborted when the time of the route is up, and when the page or the server ends the request. Not for lines. */
  readonly signal: AbortSignal;
}

export type RouteAnswer =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly headers: Readonly<Record<string, string>> }
  /** A line of JSON for each value, until the page or the server aborts the signal. */
  | { readonly kind: 'lines'; readonly values: (signal: AbortSignal) => AsyncIterable<unknown> };

type Answer = (request: RouteRequest) => Promise<RouteAnswer>;

interface RouteBounds {
  readonly timeoutMs?: number;
  readonly maxBodyBytes?: number;
}

export interface Route extends Required<RouteBounds> {
  readonly method: 'GET' | 'POST';
  /** Such as `/api/messages/:sid`. */
  readonly path: string;
  /** Whether the request changes the gateway or its data. Only a POST does this. */
  readonly changes: boolean;
  readonly answer: Answer;
}

const bounds: Required<RouteBounds> = { timeoutMs: 15_000, maxBodyBytes: 64 * 1024 };

export const json = (value: unknown): RouteAnswer => ({ kind: 'json', value });

/** A GET. It changes nothing. */
export const read = (path: string, answer: Answer, own: RouteBounds = {}): Route => ({
  ...bounds,
  ...own,
  method: 'GET',
  path,
  changes: false,
  answer,
});

/** A POST that changes nothing: its parameters are too long, or too private, for a URL. */
export const ask = (path: string, answer: Answer, own: RouteBounds = {}): Route => ({
  ...read(path, answer, own),
  method: 'POST',
});

/** A POST that changes something. */
export const change = (path: string, answer: Answer, own: RouteBounds = {}): Route => ({
  ...ask(path, answer, own),
  changes: true,
});

/** @returns undefined for another path; the parts that have a name otherwise */
export const matchPath = (
  pattern: string,
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined => {
  const expected = pattern.split('/').slice(1);
  if (expected.length !== segments.length) return undefined;
  const params: [string, string][] = [];
  for (const [at, part] of expected.entries()) {
    const segment = segments[at] ?? '';
    if (part.startsWith(':')) params.push([part.slice(1), segment]);
    else if (part !== segment) return undefined;
  }
  return params.some(([, value]) => value === '') ? undefined : Object.fromEntries(params);
};
