import type { AccountSecret } from './account-secret';

/** What the cached credentials need of the outside. Implemented in `lambda/aws`, faked in tests. */

/** Why a secret gives no token. Codes of the log contract, less their prefix `credentials_`. */
export interface CredentialFailure {
  readonly reason: 'missing' | 'denied' | 'placeholder' | 'invalid' | 'unavailable';
  /** Constant text. */
  readonly detail?: string | undefined;
  readonly errorName?: string | undefined;
  readonly serviceStatus?: number | undefined;
}

export type CurrentRead =
  | { readonly kind: 'ok'; readonly secret: AccountSecret }
  | { readonly kind: 'failure'; readonly failure: CredentialFailure };

/** The tokens beside the current one that Twilio may sign with around a rotation. */
export interface Alternates {
  readonly pending?: AccountSecret | undefined;
  readonly previous?: AccountSecret | undefined;
  /** Epoch milliseconds from which `previous` no longer counts. */
  readonly previousUntil: number;
}

export type AlternatesRead =
  | { readonly kind: 'ok'; readonly alternates: Alternates }
  | { readonly kind: 'failure'; readonly failure: CredentialFailure };

/** Reads one account's secret. Rejections are values; neither call caches. */
export interface AccountSecretSource {
  /** The version labelled AWSCURRENT. */
  current(arn: string, signal: AbortSignal): Promise<CurrentRead>;
  /** The versions labelled AWSPENDING and, while it is young enough, AWSPREVIOUS. */
  alternates(arn: string, signal: AbortSignal): Promise<AlternatesRead>;
}
