import type { ReplyKey } from '../shared/credentials/reply-secret';
import type { Envelope } from '../shared/payload/envelope';
import type { ReadKnown } from '../shared/reconciliation/find-missing';
import type { Cycle } from '../shared/reconciliation/reconcile';
import type { TwilioLists } from '../shared/reconciliation/twilio-lists';
import type { Log, Metrics } from '../shared/runtime/ports';

/** The reconciler's own ports. Implemented in `lambda/reconciler/aws`, faked in tests. */

/** What is kept of an account between two invocations. */
export interface AccountState {
  /** The cycle that an earlier invocation has not ended; undefined if there is none. */
  readonly cycle: Cycle | undefined;
  /** Milliseconds since 1970: when the last cycle was complete, or else when the first began. */
  readonly completeAt: number;
}

export interface CycleStore {
  /**
   * Reserves the account until `leaseUntil` (milliseconds since 1970).
   * @returns undefined while another invocation has it
   */
  claim(accountSid: string, leaseUntil: number, signal: AbortSignal): Promise<AccountState | undefined>;
  save(accountSid: string, cycle: Cycle, signal: AbortSignal): Promise<void>;
  /**
   * Remembers that a message or status was missing, so that it is counted once, however long its backfill waits.
   * @param eventId as the envelope of its backfill has it
   * @returns whether it was not remembered yet
   */
  recordMissed(accountSid: string, eventId: string, signal: AbortSignal): Promise<boolean>;
  /** Ends the reservation. @param completeAt milliseconds since 1970; undefined if the cycle has not ended */
  release(accountSid: string, completeAt: number | undefined): Promise<void>;
}

export type ReadKeys = (
  signal: AbortSignal,
) => Promise<
  { readonly kind: 'ok'; readonly keys: readonly ReplyKey[] } | { readonly kind: 'unusable'; readonly detail: string }
>;

export interface ReconcilerPorts {
  readonly readKeys: ReadKeys;
  readonly cycles: CycleStore;
  readonly openLists: (key: ReplyKey, signal: AbortSignal) => TwilioLists;
  readonly readKnown: (signal: AbortSignal) => ReadKnown;
  readonly send: (envelopes: readonly Envelope[], signal: AbortSignal) => Promise<void>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => number;
}
