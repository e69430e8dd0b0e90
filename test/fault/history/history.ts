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
  readonly durationMs: number;
}

/** What there was once nothing moved any more. */
export interface Standstill {
  readonly rows: readonly Row[];
  /** Bodies of the messages in the dead-letter queue. */
  readonly deadLetters: readonly string[];
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
  /** The bodies that were put onto the queue by hand. */
  readonly poison: readonly string[];
  /** The table in the middle of the traffic, in order. */
  readonly looks: readonly (readonly Row[])[];
  /** When the traffic had ended and the faults were healed. */
  readonly quiet: Standstill;
  /** After the dead letters were redriven once more. */
  readonly final: Standstill;
  /** What a circuit breaker did. */
  readonly suspensions: readonly Suspension[];
  readonly log: string;
  /** Texts that no log may hold: tokens, signatures, numbers, message texts. */
  readonly secrets: readonly string[];
}
