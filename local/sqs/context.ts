import type { Delivery } from './queue/delivery';
import type { Deduplication } from './queue/deduplication';
import type { Change } from './queue/ledger';
import type { Queues } from './queues';
import type { Receipts } from './queue/receipts';

/** Shared by all actions. */
export interface Context {
  readonly accountId: string;
  readonly now: () => number;
  readonly queues: Queues;
  readonly delivery: Delivery;
  readonly receipts: Receipts;
  readonly deduplicationOf: (queue: string) => Deduplication;
  /** Applies a change in memory and appends it to the journal, in the order of the calls. */
  readonly record: (change: Change) => void;
  /** Settles when all changes so far are durable. An action that changes something waits for it, then responds. */
  readonly committed: () => Promise<void>;
}
