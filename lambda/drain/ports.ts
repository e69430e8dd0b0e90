import type { Log, Metrics } from '../shared/runtime/ports';

/** A request on the queue of the other region. Nothing in it is trusted. */
export interface RegionMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** By name; those of the lane, and no other. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What became of the messages that were sent. */
export interface SendOutcome {
  /** Those that the queue has taken. */
  readonly sent: readonly RegionMessage[];
  /** The code of an error, if the queue did not take all. */
  readonly errorName: string | undefined;
}

/** Implemented in `lambda/drain/aws`, faked in tests. All may reject. */
export interface DrainPorts {
  /** Up to ten messages. None: the queue is empty. */
  readonly receive: (signal: AbortSignal) => Promise<readonly RegionMessage[]>;
  /** Sends them to the lane of this region. */
  readonly send: (messages: readonly RegionMessage[], signal: AbortSignal) => Promise<SendOutcome>;
  /** Deletes them in the other region. @returns the code of an error, if one was not deleted */
  readonly remove: (messages: readonly RegionMessage[], signal: AbortSignal) => Promise<string | undefined>;
  readonly log: Log;
  readonly metrics: Metrics;
}
