import type { BreakerPlace, FinalDecision, OpenDecision } from '../../lambda/shared/breaker/breaker-record';

/** A row of the breaker as programs see it (`breaker status --json`). */
export interface DecisionView {
  /** ISO 8601: when the webhook came, or the operator acted. */
  readonly at: string;
  readonly decision: OpenDecision | FinalDecision | 'rearm' | 'unknown';
  readonly detail: string | null;
  /** The account whose trigger fired. */
  readonly accountSid: string;
  /** The subaccount that it was about. */
  readonly targetSid: string | null;
  readonly triggerSid: string | null;
  /** What Twilio's API said was used, and the trigger's value. */
  readonly usage: string | null;
  readonly triggerValue: string | null;
  readonly callsEnded: number | null;
  /** When another delivery of it came last. */
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
  /** The latest decisions and re-activations of the accounts, newest first, `limit` at the most. */
  recent(accountSids: readonly string[], limit: number): Promise<readonly DecisionView[]>;
  /** The same of drills. */
  recentDrills(accountSids: readonly string[], limit: number): Promise<readonly DecisionView[]>;
  find(place: BreakerPlace): Promise<DecisionView | undefined>;
  /**
   * Closes every row that the breaker has begun to act on for the target and not finished, so that a retry or a
   * redriven dead letter does not suspend it again. Answers how many.
   */
  closeOpen(accountSids: readonly string[], targetSid: string, at: string): Promise<number>;
  writeRearm(record: RearmRecord): Promise<void>;
}
