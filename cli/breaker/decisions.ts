import type { BreakerPlace, FinalDecision, OpenDecision } from '../../lambda/shared/breaker/breaker-record';

/** A row of the breaker as programs see it (`breaker status --json`). */
export interface DecisionView {
  /** ISO 8601: when the webhook was received, or the operator acted. */
  readonly at: string;
  readonly decision: OpenDecision | FinalDecision | 'rearm' | 'unknown';
  readonly detail: string | null;
  /** The account whose trigger fired. */
  readonly accountSid: string;
  /** The subaccount to suspend or re-activate. */
  readonly targetSid: string | null;
  readonly triggerSid: string | null;
  /** The usage that Twilio's API reported. */
  readonly usage: string | null;
  /** The value at which the trigger fires. */
  readonly triggerValue: string | null;
  readonly callsEnded: number | null;
  /** When the webhook was last delivered again. */
  readonly lastReplayAt: string | null;
  /** Why the last attempt failed, while it is undecided. */
  readonly lastFault: string | null;
}

export interface RearmRecord {
  readonly accountSid: string;
  /** ISO 8601. */
  readonly at: string;
  readonly reason: string | undefined;
}

/** The breaker's rows in the table. */
export interface DecisionStore {
  /** The latest decisions and re-activations of the accounts, newest first, at most `limit`. */
  recent(accountSids: readonly string[], limit: number): Promise<readonly DecisionView[]>;
  /** The latest drills of the accounts, newest first, at most `limit`. */
  recentDrills(accountSids: readonly string[], limit: number): Promise<readonly DecisionView[]>;
  find(place: BreakerPlace): Promise<DecisionView | undefined>;
  /**
   * Closes every unfinished row of the target that the breaker has begun to act on, so that a retry or a redriven dead
   * letter does not suspend it again.
   * @returns the number of closed rows
   */
  closeOpen(accountSids: readonly string[], targetSid: string, at: string): Promise<number>;
  writeRearm(record: RearmRecord): Promise<void>;
}
