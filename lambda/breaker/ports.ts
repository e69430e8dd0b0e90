/** The breaker's own ports. Implemented in `lambda/breaker/aws`, faked in tests. */
import type { FinalDecision, OpenDecision } from '../shared/breaker/breaker-record';
import type { BreakerSecret, BreakerSecretResult } from '../shared/breaker/breaker-secret';
import type { TriggerField } from '../shared/breaker/breaker-trigger';
import type { AccountStatus } from '../shared/twilio/subaccounts';
import type { Firing } from './trigger-event';

export interface UsageQuery {
  readonly accountSid: string;
  readonly category: string;
  readonly by: TriggerField;
  /** Days in UTC, YYYY-MM-DD; undefined asks for all time. */
  readonly days: { readonly from: string; readonly to: string } | undefined;
}

/**
 * Twilio's REST API as the parent account. Every call is bounded in time and made once, because the queue retries. Each
 * rejects with TwilioApiError if Twilio answers with an error, and with the network's error if it does not answer.
 */
export interface TwilioApi {
  accountStatus(accountSid: string): Promise<AccountStatus>;
  /** @returns the account's status after the request */
  suspend(accountSid: string): Promise<AccountStatus>;
  /** The used amount as Twilio writes it; undefined if the category has no record. */
  usage(query: UsageQuery): Promise<string | undefined>;
  /** SIDs of calls that are queued, ringing or in progress; at most one full page of each. */
  liveCalls(accountSid: string): Promise<readonly string[]>;
  completeCall(accountSid: string, callSid: string): Promise<void>;
}

/** Opens the API. Its calls stop when the signal aborts. */
export type OpenTwilioApi = (secret: BreakerSecret, signal: AbortSignal) => Promise<TwilioApi>;

/** Rejects if Secrets Manager fails. */
export type ReadBreakerSecret = (signal: AbortSignal) => Promise<BreakerSecretResult>;

/** How a firing ended, as stored in its row. */
export interface BreakerDecision {
  readonly decision: FinalDecision;
  /** Constant text that explains the decision. */
  readonly detail?: string;
  /** The subaccount to suspend, if it is known. */
  readonly targetSid?: string;
  /** The usage that Twilio's API reported. */
  readonly usage?: string;
  readonly callsEnded?: number;
}

/** A row that is leased to this delivery: no other delivery changes it before the lease ends. */
export interface OpenRow {
  readonly kind: 'open';
  /** How far an earlier attempt got. */
  readonly decision: OpenDecision;
  /** Rejects if the row was decided or taken over in the meantime. */
  advance(decision: Exclude<OpenDecision, 'deciding'>, targetSid: string): Promise<void>;
  /** Writes the final decision. */
  decide(final: BreakerDecision): Promise<void>;
  /**
   * Stores why an attempt failed, for the operator. If it failed before it began to act, the lease ends, so that a
   * forged firing that is never confirmed does not delay a genuine one with the same row. It bounds its own time,
   * because it is called when time may be up.
   */
  noteError(detail: string): Promise<void>;
}

export type ClaimResult =
  | OpenRow
  | { readonly kind: 'decided'; readonly decision: FinalDecision; readonly requestId: string }
  /** Another delivery of the same firing is being processed. */
  | { readonly kind: 'busy' };

/** One row per firing, in the table. Every method rejects if DynamoDB fails. */
export interface BreakerStore {
  /** Creates the row, or continues an open one. */
  claim(firing: Firing, signal: AbortSignal): Promise<ClaimResult>;
  /** Records another delivery of a firing that is decided. */
  noteReplay(firing: Firing, signal: AbortSignal): Promise<void>;
}

export interface Notice {
  /** ASCII, at most 100 characters. */
  readonly subject: string;
  readonly text: string;
}

/** Notifies the operators. May notify twice; rejects if it could not. */
export type Notify = (notice: Notice, signal: AbortSignal) => Promise<void>;
