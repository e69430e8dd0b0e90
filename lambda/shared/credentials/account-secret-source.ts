import type { VersionLabel } from '../contract/token-slots';
import type { AccountSecretResult } from './account-secret';

/** Why a secret gives no token. Codes of the log contract, less their prefix `credentials_`. */
export interface CredentialFailure {
  readonly reason: 'missing' | 'denied' | 'placeholder' | 'invalid' | 'unavailable';
  /** Constant text. */
  readonly detail?: string | undefined;
  readonly errorName?: string | undefined;
  readonly serviceStatus?: number | undefined;
}

export type SecretDescription =
  | {
      readonly kind: 'ok';
      /** The version that each label is on. AWSPENDING is left out where it is on the same version as AWSCURRENT. */
      readonly versionIds: Readonly<Partial<Record<VersionLabel, string>>>;
      /** Epoch milliseconds from which AWSPREVIOUS is no longer accepted. */
      readonly previousUntil: number;
    }
  | { readonly kind: 'failure'; readonly failure: CredentialFailure };

export type VersionRead =
  | AccountSecretResult
  /** There is no such version, or it has no value yet. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'failure'; readonly failure: CredentialFailure };

/** Reads one account's secret, uncached. Failures are values. Implemented in `lambda/aws`, faked in tests. */
export interface AccountSecretSource {
  /** Which versions there are: one call that reads no key. */
  describe(arn: string, signal: AbortSignal): Promise<SecretDescription>;
  /** The content of one version, which never changes. */
  version(arn: string, id: string, signal: AbortSignal): Promise<VersionRead>;
}
