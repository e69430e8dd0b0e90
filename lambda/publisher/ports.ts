import type { GatewayEvent } from '../shared/events/gateway-event';

/** What the publisher needs of AWS. Implemented in `lambda/publisher/aws`, faked in tests. */

/** An event and how the topic delivers it. */
export interface Publication {
  readonly event: GatewayEvent;
  /** Events of one group are delivered in order, one at a time. At most 128 characters. */
  readonly groupId: string;
  /** For five minutes the topic drops what has the same id. At most 128 characters. */
  readonly deduplicationId: string;
  /** What subscriptions filter by. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Publishes at most ten events, in their order.
 * @returns how many of the first ones were certainly accepted, all of them in the usual case
 */
export type Publish = (publications: readonly Publication[], signal: AbortSignal) => Promise<number>;
