/** Implemented in `lambda/ingress/aws`, faked in tests. */

export interface Publication {
  /** An encoded envelope. */
  readonly body: string;
  /** The account: on a fair queue, one account's burst does not delay another's messages. */
  readonly messageGroupId: string;
}

export type PublishOutcome =
  /** SQS has the message: the only outcome that may be acknowledged. */
  | { readonly kind: 'ok'; readonly messageId: string | undefined }
  | {
      /** `denied`: by the role's policy or the queue's key. `no_queue`: it does not exist. `failed`: anything else. */
      readonly kind: 'denied' | 'no_queue' | 'failed';
      readonly errorName?: string | undefined;
      readonly serviceStatus?: number | undefined;
    };

export interface Publisher {
  publish(publication: Publication, signal: AbortSignal): Promise<PublishOutcome>;
}
