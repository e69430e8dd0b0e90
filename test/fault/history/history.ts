import type { FaultKind } from './fault-rules';
import type { Plan } from './plan';

/** An item of the table; numbers as their text, lists and maps as JSON. */
export type Row = Readonly<Record<string, string>> & { readonly pk: string; readonly sk: string };

/** One request on the wire. */
export interface Exchange {
  /** Of the planned request; a duplicate or a retry has the same. */
  readonly request: string;
  /** Undefined where the connection ended without an answer. */
  readonly status: number | undefined;
  /** Positions in one count of everything that was sent and answered. */
  readonly sentAt: number;
  readonly answeredAt: number;
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** For how much of it the machine stood still, by the harness' own measure. */
  readonly stalledMs: number;
  /** Whether the machine stood still for most of it and of the time before it. */
  readonly starved: boolean;
}

/** A fault of the plan that was met. */
export interface Strike {
  readonly action: string;
  /** The text by which the rule knew the call; empty for every call of the action. */
  readonly about: string;
  readonly kind: FaultKind;
  /** Epoch milliseconds; where an execution environment was killed, until it was gone. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** One batch of the event queue, and what the consumer said of it. */
export interface Invocation {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly records: readonly {
    readonly body: string;
    /** Unknown: the invocation did not come to an answer. */
    readonly outcome: 'done' | 'failed' | 'unknown';
  }[];
  readonly starved: boolean;
}

/** Where the messages were at one instant, hidden ones included. */
export interface MessageCount {
  readonly when: string;
  /** What SQS has been given: a call under way is counted in one and not in the other. */
  readonly sent: { readonly least: number; readonly most: number };
  readonly takenOff: number;
  readonly events: number;
  readonly deadLetters: number;
}

/** What there was once nothing moved any more. */
export interface Standstill {
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

/** What happened, as the checker gets it: nothing in it comes from the code that it is about, but what that code answered and left. */
export interface History {
  readonly plan: Plan;
  readonly exchanges: readonly Exchange[];
  readonly strikes: readonly Strike[];
  readonly invocations: readonly Invocation[];
  /** The bodies that were put onto the queue by hand. */
  readonly poison: readonly string[];
  /** The table in the middle of the traffic, in order. */
  readonly looks: readonly (readonly Row[])[];
  /** The queues after every step. */
  readonly counts: readonly MessageCount[];
  /** When the traffic had ended, before the faults were healed. */
  readonly quiet: Standstill;
  /** After everything was healed, what had not been taken was delivered again and the dead letters were redriven. */
  readonly final: Standstill;
  /** What a circuit breaker did. */
  readonly suspensions: readonly Suspension[];
  readonly log: string;
  /** Texts that no log may hold: tokens, signatures, numbers, message texts, account SIDs. */
  readonly secrets: readonly string[];
}
