import type { canaryEventType } from '../contract/canary';
import type { GatewayEvent } from './gateway-event';

/** The event of a canary: no handler gets it. */
export interface CanaryEvent extends Omit<GatewayEvent, 'type' | 'dataschema' | 'data' | 'truncated'> {
  readonly type: typeof canaryEventType;
  readonly data?: never;
  readonly truncated?: never;
}

/** What the topic delivers. */
export type PublishedEvent = GatewayEvent | CanaryEvent;
