import type { Delivery } from './queue/delivery';
import type { Change } from './queue/ledger';
import type { Queues } from './queues';
import type { Receipts } from './queue/receipts';

/** What every action works with. */
export interface Context {
  readonly accountId: string;
  readonly now: () => number;
  readonly queues: Queues;
  readonly delivery: Delivery;
  readonly receipts: Receipts;
  /** Makes a change in memory and in the journal, in this order of calls. */
  readonly record: (change: Change) => void;
  /** Settles when every change recorded so far is durable: an action that changes something answers only after it. */
  readonly committed: () => Promise<void>;
}
