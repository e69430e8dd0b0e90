import type { Credentials } from '../shared/credentials/credentials';
import type { Log, Metrics } from '../shared/runtime/ports';

/** Implemented in `lambda/fallback/aws`, faked in tests. */
export interface FallbackPorts {
  readonly credentials: Credentials;
  /** Sends an encoded envelope to the event queue. Rejects where SQS did not take it. */
  readonly enqueue: (
    envelope: { readonly body: string; readonly messageGroupId: string },
    signal: AbortSignal,
  ) => Promise<void>;
  readonly log: Log;
  readonly metrics: Metrics;
}
