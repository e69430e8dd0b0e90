import type { ListConditions } from '../../../local/twilio/lists/list-conditions';
import type { FaultRule } from '../history/fault-rules';
import type { Plan, PlannedRequest } from '../history/plan';

/** Functions with clocks of their own. */
export const clockedFunctions = ['ingress', 'consumer', 'fallback', 'reconciler'] as const;
export type ClockedFunction = (typeof clockedFunctions)[number];

/** When webhooks that were lost arrive after all, seen from the reconciler that has found them in Twilio's list. */
export type Crossing = 'before it reads the table' | 'before it enqueues' | 'after it has enqueued';

export interface MissedRequest extends PlannedRequest {
  /**
   * `public`: its route only. `public, then lane`: the fallback URL, too, once the route has failed. `lane`: only the
   * fallback URL; `lane, other URL`: signed for the public URL and sent to the fallback URL.
   */
  readonly way: 'public' | 'public, then lane' | 'lane' | 'lane, other URL';
}

export type MissedStep =
  /** Twilio delivers it, again after a 5xx, and in the end by the lane if that is its way. */
  | { readonly kind: 'send'; readonly request: string; readonly afterMs: number }
  /** A delivery by the public URL that was delayed. */
  | { readonly kind: 'send-late'; readonly request: string }
  | { readonly kind: 'await-answers' }
  /** Ingress fails: every request to it is answered 5xx. */
  | { readonly kind: 'outage-begins' }
  | { readonly kind: 'outage-ends' }
  /** Waits until the queues are empty. */
  | { readonly kind: 'settle' }
  /** The function of the lane starts anew, and so many reads of secrets fail. */
  | { readonly kind: 'lane-restarts'; readonly failingReads: number }
  /** Invokes the reconciler, `atOnce` times at the same time; while it works, webhooks that were lost may arrive. */
  | {
      readonly kind: 'reconcile';
      readonly atOnce: 1 | 2;
      readonly late?: { readonly requests: readonly string[]; readonly when: Crossing };
    };

/** Everything that happens in a history in which webhooks are missed. */
export interface MissedPlan extends Pick<Plan, 'seed' | 'account' | 'strangerToken'> {
  readonly requests: readonly MissedRequest[];
  readonly steps: readonly MissedStep[];
  /**
   * `ListMessages` is a request for a page of Twilio's list. `SendMessageBatch`, `BatchGetItem`, and `UpdateItem` about
   * `#RECONCILIATION` are calls of the reconciler.
   */
  readonly faults: readonly FaultRule[];
  /** Of which outgoing messages a status can be missing: `STATUSES` of the reconciler. */
  readonly statuses: 'known' | 'all';
  /** How far each function's clock is ahead, in milliseconds. */
  readonly clocksMs: Readonly<Record<ClockedFunction, number>>;
  /** How Twilio's lists behave until the faults end. */
  readonly lists: ListConditions;
}
