import type { BasicAuthSecret } from '../shared/basic-auth-secret';
import type { CredentialFailure } from '../shared/credential-source';

/** What ingress needs of the outside. Implemented in `lambda/aws`, faked in tests. */

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
