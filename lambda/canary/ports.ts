import type { Log, Metrics } from '../shared/runtime/ports';

/** The canary's own ports. Implemented in `lambda/canary/aws`, faked in tests. */

export interface AccountToken {
  readonly accountSid: string;
  readonly authToken: string;
}

/** Why a secret cannot be used. */
export interface UnusableSecret {
  readonly kind: 'unusable';
  /** A constant text. */
  readonly detail: string;
  readonly errorName?: string;
  readonly serviceStatus?: number | undefined;
}

/** How a request ended. Names of errors are never their messages. */
export type PostResult =
  | { readonly kind: 'answer'; readonly status: number }
  | { readonly kind: 'no_address'; readonly errorName: string }
  | { readonly kind: 'no_answer'; readonly errorName: string };

/** Whether Twilio accepts an Auth Token. */
export type TokenCheck =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly status: number }
  /** Twilio cannot be reached, fails, or limits the rate. */
  | { readonly kind: 'unknown'; readonly status?: number; readonly errorName?: string };

export interface CanaryPorts {
  readonly readToken: (
    arn: string,
    signal: AbortSignal,
  ) => Promise<({ readonly kind: 'ok' } & AccountToken) | UnusableSecret>;
  /** The value of the header `Authorization`. Absent where the stage has no Basic authentication. */
  readonly readAuthorization?:
    ((signal: AbortSignal) => Promise<{ readonly kind: 'ok'; readonly header: string } | UnusableSecret>) | undefined;
  /** Asks Twilio, within some seconds. Never rejects. Absent where the stage does not want the request. */
  readonly checkToken?: ((token: AccountToken, signal: AbortSignal) => Promise<TokenCheck>) | undefined;
  readonly post: (
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ) => Promise<PostResult>;
  readonly isStored: (accountSid: string, canaryId: string, signal: AbortSignal) => Promise<boolean>;
  readonly remove: (accountSid: string, canaryId: string) => Promise<void>;
  /**
   * Takes events from the canary's queue, and waits some seconds for the first. Absent where the stage publishes none.
   * @returns the ids of their canaries
   */
  readonly takePublished?: ((signal: AbortSignal) => Promise<readonly string[]>) | undefined;
  readonly newId: () => string;
  /** Waits; ends at once if the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => number;
}
