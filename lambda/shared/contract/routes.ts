/** The webhook routes: each is the last part of its path. */
export const routeNames = ['messages', 'status', 'usage', 'events'] as const;
export type RouteName = (typeof routeNames)[number];

/** How the consumer stores a webhook. */
export const webhookKinds = ['message', 'status', 'usage', 'event'] as const;
export type WebhookKind = (typeof webhookKinds)[number];

export interface Route {
  readonly kind: WebhookKind;
  /** 200 where Twilio expects TwiML, 204 elsewhere. */
  readonly acceptedStatus: 200 | 204;
  /** Whether JSON with `bodySHA256` is accepted as well as forms. */
  readonly acceptsJson: boolean;
  /** Bytes. The largest genuine form, 1,600 emoji, has 19.7 kB; Event Streams send batches. */
  readonly maxBodyBytes: number;
}

export const routes: Readonly<Record<RouteName, Route>> = {
  messages: { kind: 'message', acceptedStatus: 200, acceptsJson: false, maxBodyBytes: 64 * 1024 },
  status: { kind: 'status', acceptedStatus: 204, acceptsJson: false, maxBodyBytes: 64 * 1024 },
  usage: { kind: 'usage', acceptedStatus: 204, acceptsJson: false, maxBodyBytes: 64 * 1024 },
  events: { kind: 'event', acceptedStatus: 204, acceptsJson: true, maxBodyBytes: 256 * 1024 },
};

/** The most parameters of a body or a query that are parsed. Twilio sends fewer than 60. */
export const maxParams = 256;
/** Bytes of query string. API Gateway itself stops at 10,240 bytes of request line and headers. */
export const maxQueryBytes = 8 * 1024;
/** The same for a GET, whose query is the webhook: API Gateway's own limit is the only one. */
export const maxGetQueryBytes = 10 * 1024;
