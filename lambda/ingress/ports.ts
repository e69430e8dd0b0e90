import type { AccountSecret } from '../shared/account-secret';
import type { BasicAuthSecret } from '../shared/basic-auth-secret';

/** What ingress needs of the outside. Implemented in `lambda/aws`, faked in tests. */

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

/** Reads the version labelled AWSCURRENT of the secret for Basic authentication. Rejections are values; it does not cache. */
export type BasicAuthSource = (
  signal: AbortSignal,
) => Promise<
  | { readonly kind: 'ok'; readonly secret: BasicAuthSecret }
  | { readonly kind: 'failure'; readonly failure: CredentialFailure }
>;

export interface Publication {
  /** An encoded envelope. */
  readonly body: string;
  /** The account: on a fair queue one account's burst does not delay another's messages. */
  readonly messageGroupId: string;
}

export type PublishOutcome =
  /** SQS has the message: the only outcome that may be acknowledged. */
  | { readonly kind: 'ok'; readonly messageId: string | undefined }
  | {
      /** `denied`: the role or the queue's key refuses. `no_queue`: it does not exist. `failed`: anything else. */
      readonly kind: 'denied' | 'no_queue' | 'failed';
      readonly errorName?: string | undefined;
      readonly serviceStatus?: number | undefined;
    };

export interface Publisher {
  publish(publication: Publication, signal: AbortSignal): Promise<PublishOutcome>;
}
