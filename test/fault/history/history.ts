import type { CheckedAccount } from '../../../cli/account/account';
import type { FaultKind } from './fault-rules';
import type { Plan } from './plan';

/** An item of the table; numbers as their text, lists and maps as JSON. */
export type Row = Readonly<Record<string, string>> & { readonly pk: string; readonly sk: string };

/** One request on the wire. */
export interface Exchange {
  /** Id of the planned request; a duplicate or a retry has the same. */
  readonly request: string;
  /** Undefined where the connection ended without an answer. */
  readonly status: number | undefined;
  /** Positions in one count of everything that was sent and answered. */
  readonly sentAt: number;
  readonly answeredAt: number;
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** How long the machine stalled meanwhile, by the stall meter. */
  readonly stalledMs: number;
  /** Whether the machine stalled for most of it and of the time just before. */
  readonly starved: boolean;
}

/** A fault of the plan that a call met. */
export interface InjectedFault {
  readonly action: string;
  /** The text that the rule searched the call for; empty for every call of the action. */
  readonly about: string;
  readonly kind: FaultKind;
  /** Epoch milliseconds; for a killed execution environment, `toMs` is when it had ended. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** One batch of the event queue, and the consumer's answer. */
export interface Invocation {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly records: readonly {
    readonly body: string;
    /** Unknown: the invocation ended without an answer. */
    readonly outcome: 'done' | 'failed' | 'unknown';
  }[];
  readonly starved: boolean;
}

/** A change of an item, as the table's stream has it. */
export interface Change {
  readonly sequenceNumber: string;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/** One batch that a handler was given. */
export interface HandlerInvocation {
  readonly handler: string;
  /** Positions in one count of the beginnings and ends of all handlers' invocations. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly messages: readonly {
    /** The queue's id of it: the same for every delivery of one message. */
    readonly id: string;
    readonly body: string;
    /** Whether the handler answered that it has handled this one. */
    readonly handled: boolean;
  }[];
}

/** How many messages were in each place at one instant, hidden ones included. */
export interface MessageCount {
  readonly when: string;
  /** How many messages SQS was given; a call in flight counts only in `most`. */
  readonly sent: { readonly least: number; readonly most: number };
  readonly deleted: number;
  readonly events: number;
  readonly deadLetters: number;
}

/** The table and the dead letters at a time when no message was moving. */
export interface IdleState {
  /** Its position in the count of everything that was sent and answered. */
  readonly at: number;
  readonly rows: readonly Row[];
  /** Bodies of the messages in the dead-letter queue. */
  readonly deadLetters: readonly string[];
  readonly count: MessageCount | undefined;
}

/** An account that was suspended, and whether the configuration names it. */
export interface Suspension {
  readonly accountSid: string;
  readonly isConfigured: boolean;
}

/** What happened, for the checker. From the code under test it has only what that code answered, stored and logged. */
export interface History {
  readonly plan: Plan;
  readonly exchanges: readonly Exchange[];
  readonly injectedFaults: readonly InjectedFault[];
  readonly invocations: readonly Invocation[];
  /** Bodies that the plan itself put on the queue. */
  readonly poison: readonly string[];
  /** The table at several times during the traffic, in order. */
  readonly snapshots: readonly (readonly Row[])[];
  /** Message counts after every step. */
  readonly counts: readonly MessageCount[];
  /** After the traffic, before the faults ended. */
  readonly afterTraffic: IdleState;
  /** After the faults had ended, the rest was delivered again, and the dead letters were redriven. */
  readonly final: IdleState;
  /** What the table's stream handed to the publisher, each change once, in the stream's order. */
  readonly changes: readonly Change[];
  readonly handlerInvocations: readonly HandlerInvocation[];
  /** Suspensions by the circuit breaker. */
  readonly suspensions: readonly Suspension[];
  /** What `gateway account` counts in the end; absent where it was not asked. */
  readonly account?: CheckedAccount;
  readonly log: string;
  /** Texts that no log may hold: tokens, signatures, numbers, message texts, account SIDs. */
  readonly secrets: readonly string[];
}
