import type { AccountSecretResult } from './account-secret';

/** What the cached credentials need of the outside. Implemented in `lambda/aws`, faked in tests. */

/** Why a secret gives no token. Codes of the log contract, less their prefix `credentials_`. */
export interface CredentialFailure {
  readonly reason: 'missing' | 'denied' | 'placeholder' | 'invalid' | 'unavailable';
  /** Constant text. */
  readonly detail?: string | undefined;
  readonly errorName?: string | undefined;
  readonly serviceStatus?: number | undefined;
}

/** The labels of Secrets Manager from which a key may verify, the likeliest first. */
export const versionLabels = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'] as const;
export type VersionLabel = (typeof versionLabels)[number];

export type SecretDescription =
  | {
      readonly kind: 'ok';
      /** The version that each label is on; AWSPENDING only where it is another than AWSCURRENT. */
      readonly versionIds: Readonly<Partial<Record<VersionLabel, string>>>;
      /** Epoch milliseconds from which AWSPREVIOUS no longer counts. */
      readonly previousUntil: number;
    }
  | { readonly kind: 'failure'; readonly failure: CredentialFailure };

export type VersionRead =
  | AccountSecretResult
  /** There is no such version, or it has no value yet. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'failure'; readonly failure: CredentialFailure };

/** Reads one account's secret. Failures are values; no call caches. */
export interface AccountSecretSource {
  /** Which versions there are: one call that reads no key. */
  describe(arn: string, signal: AbortSignal): Promise<SecretDescription>;
  /** The content of one version, which never changes. */
  version(arn: string, id: string, signal: AbortSignal): Promise<VersionRead>;
}
