/** The webhook routes: the path below the stage, what arrives there, and how much of it is read. */
export const routeNames = ['messages', 'status', 'usage', 'events'] as const;
export type RouteName = (typeof routeNames)[number];

/** What a webhook is to the consumer. */
export type WebhookKind = 'message' | 'status' | 'usage' | 'event';

export interface Route {
  readonly kind: WebhookKind;
  /** Whether `application/json` with `bodySHA256` is understood beside forms. */
  readonly acceptsJson: boolean;
  /** Bytes. The largest genuine form, 1,600 emoji, has 19.7 kB; Event Streams send batches. */
  readonly maxBodyBytes: number;
}

export const routes: Readonly<Record<RouteName, Route>> = {
  messages: { kind: 'message', acceptsJson: false, maxBodyBytes: 64 * 1024 },
  status: { kind: 'status', acceptsJson: false, maxBodyBytes: 64 * 1024 },
  usage: { kind: 'usage', acceptsJson: false, maxBodyBytes: 64 * 1024 },
  events: { kind: 'event', acceptsJson: true, maxBodyBytes: 256 * 1024 },
};

/** Above this many parameters in a body or a query nothing is parsed. Twilio sends fewer than 60. */
export const maxParams = 256;
/** Bytes of query string. API Gateway itself stops at 10,240 bytes of request line and headers. */
export const maxQueryBytes = 8 * 1024;
/** The same of a GET, whose query is the webhook: nothing that API Gateway lets through is refused for its length. */
export const maxGetQueryBytes = 10 * 1024;
