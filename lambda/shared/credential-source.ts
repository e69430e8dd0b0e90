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

/** Which version each label is on. A version's content never changes, so equal ids are equal tokens. */
export interface VersionIds {
  readonly current: string | undefined;
  readonly pending: string | undefined;
  readonly previous: string | undefined;
}

export type CurrentRead =
  | { readonly kind: 'ok'; readonly secret: AccountSecret; readonly versionId: string | undefined }
  | { readonly kind: 'failure'; readonly failure: CredentialFailure };

/** The tokens beside the current one that Twilio may sign with around a rotation. */
export interface Alternates {
  readonly pending?: AccountSecret | undefined;
  readonly previous?: AccountSecret | undefined;
  /** Epoch milliseconds from which `previous` no longer counts. */
  readonly previousUntil: number;
  readonly versions: VersionIds;
}

export type AlternatesRead =
  | { readonly kind: 'ok'; readonly alternates: Alternates }
  | { readonly kind: 'failure'; readonly failure: CredentialFailure };

export type VersionsRead =
  | { readonly kind: 'ok'; readonly versions: VersionIds }
  | { readonly kind: 'failure'; readonly failure: CredentialFailure };

/** Reads one account's secret. Rejections are values; no call caches. */
export interface AccountSecretSource {
  /** The version labelled AWSCURRENT. */
  current(arn: string, signal: AbortSignal): Promise<CurrentRead>;
  /** The versions labelled AWSPENDING and, while it is young enough, AWSPREVIOUS. */
  alternates(arn: string, signal: AbortSignal): Promise<AlternatesRead>;
  /** Which versions there are: one call that reads no token. */
  versions(arn: string, signal: AbortSignal): Promise<VersionsRead>;
}
