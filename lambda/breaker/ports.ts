/** What the breaker needs of the outside. Implemented in `lambda/breaker/aws`, faked in tests. */
import type { FinalDecision, OpenDecision } from '../shared/breaker/breaker-record';
import type { BreakerSecret, BreakerSecretResult } from '../shared/breaker/breaker-secret';
import type { TriggerField } from '../shared/breaker/breaker-trigger';
import type { Firing } from './trigger-event';

export type AccountStatus = 'active' | 'suspended' | 'closed';

export interface UsageQuery {
  readonly accountSid: string;
  readonly category: string;
  readonly by: TriggerField;
  /** Days in UTC, YYYY-MM-DD; undefined asks for all time. */
  readonly days: { readonly from: string; readonly to: string } | undefined;
}

/**
 * Twilio's REST API as the parent account. Every call is bounded in time and made once: the queue repeats what fails. Each rejects
 * with TwilioApiError for an answer that is no success, and with the network's error for none.
 */
export interface TwilioApi {
  accountStatus(accountSid: string): Promise<AccountStatus>;
  /** @returns the status that Twilio answers with */
  suspend(accountSid: string): Promise<AccountStatus>;
  /** The used amount as Twilio writes it; undefined where there is no record of the category. */
  usage(query: UsageQuery): Promise<string | undefined>;
  /** SIDs of calls that are queued, ringing or in progress; a full page of each at the most. */
  liveCalls(accountSid: string): Promise<readonly string[]>;
  completeCall(accountSid: string, callSid: string): Promise<void>;
}

/** Opens the API; what it does stops when the signal aborts. */
export type OpenTwilioApi = (secret: BreakerSecret, signal: AbortSignal) => Promise<TwilioApi>;

/** Rejects where Secrets Manager does not answer. */
export type ReadBreakerSecret = (signal: AbortSignal) => Promise<BreakerSecretResult>;

/** How a firing ended, as the row keeps it. */
export interface Verdict {
  readonly decision: FinalDecision;
  /** Constant text that makes the decision precise. */
  readonly detail?: string;
  /** The subaccount that it was about, if that came to be known. */
  readonly targetSid?: string;
  /** What Twilio's API said was used. */
  readonly usage?: string;
  readonly callsEnded?: number;
}

/** A row that this delivery may work on: nobody else does before its lease ends. */
export interface OpenRow {
  readonly kind: 'open';
  /** How far an earlier attempt came. */
  readonly decision: OpenDecision;
  /** Rejects if the row was decided or taken over meanwhile. */
  advance(decision: Exclude<OpenDecision, 'deciding'>, targetSid: string): Promise<void>;
  /** Writes the verdict, for good. */
  decide(verdict: Verdict): Promise<void>;
  /**
   * Notes why an attempt failed, for people. If it failed before it began to act, another delivery may work on the row at once: a
   * made-up firing that is never confirmed must not keep a genuine one of the same row waiting. It is called when time may be
   * up, so it bounds itself.
   */
  noteFault(fault: string): Promise<void>;
}

export type Claim =
  | OpenRow
  | { readonly kind: 'decided'; readonly decision: FinalDecision; readonly requestId: string }
  /** Another delivery of the same firing is at work. */
  | { readonly kind: 'busy' };

/** One row per firing, in the table. Every method rejects on faults. */
export interface BreakerStore {
  /** Creates the row, or takes up an open one. */
  claim(firing: Firing, signal: AbortSignal): Promise<Claim>;
  /** Counts a delivery of a firing that is decided. */
  noteReplay(firing: Firing, signal: AbortSignal): Promise<void>;
}

export interface Notice {
  /** ASCII, at most 100 characters. */
  readonly subject: string;
  readonly text: string;
}

/** Tells people. May tell twice; rejects if it could not. */
export type Notify = (notice: Notice, signal: AbortSignal) => Promise<void>;

/** Hides a message for so long before it comes again. It is called when time may be up, so it bounds itself. */
export type RetryIn = (receiptHandle: string, seconds: number) => Promise<void>;
