import type { Change, HandlerInvocation, Row } from '../history/history';
import type { MissedPlan } from './plan';

/** One request on the wire. */
export interface Delivery {
  /** Id of the planned request. */
  readonly request: string;
  readonly to: 'public' | 'lane';
  /** Undefined where the connection ended without an answer. */
  readonly status: number | undefined;
  /** Ingress did not get it: it was failing. */
  readonly inOutage: boolean;
}

/** A message in Twilio's list, as its API shows it. */
export interface Listed {
  readonly sid: string;
  readonly direction: string;
  readonly from: string | null;
  readonly to: string;
  readonly body: string;
  readonly status: string;
  readonly error_code: number | null;
}

/** One step of the reconciler, or one of the cycles after the faults: one invocation, or two at the same time. */
export interface Reconciliation {
  readonly when: string;
  /** The table before it. */
  readonly before: readonly Row[];
  /** Sums of the metrics that it wrote. */
  readonly missed: number;
  readonly backfilled: number;
  /** `eventId` of each message or status that the log names as missed. */
  readonly named: readonly string[];
  /** `eventId` of each backfill that SQS was given, without repetitions. */
  readonly enqueued: readonly string[];
  /** How often an invocation was killed: what it wrote last is lost. */
  readonly kills: number;
  /** How many cycles it completed. */
  readonly completed: number;
}

/** What happened, for the checker. From the code under test it has only what that code answered, stored and logged. */
export interface MissedHistory {
  readonly plan: MissedPlan;
  readonly deliveries: readonly Delivery[];
  /** In order. The last three were complete cycles after the faults. */
  readonly reconciliations: readonly Reconciliation[];
  /** Twilio's list in the end. */
  readonly listed: readonly Listed[];
  readonly final: { readonly rows: readonly Row[] };
  /** The URL of the route for messages, which Twilio names at the fallback URL. */
  readonly publicUrl: string;
  readonly changes: readonly Change[];
  readonly handlerInvocations: readonly HandlerInvocation[];
  readonly log: string;
  /** Texts that no log may hold. */
  readonly secrets: readonly string[];
}
