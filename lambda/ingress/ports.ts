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

/** The result of an invocation of your reply function. */
export type InvokeOutcome =
  /** What the function returned, as JSON. */
  | { readonly kind: 'ok'; readonly payload: string }
  | {
      /**
       * `function_error`: it threw, timed out or crashed. `throttled`: it has no concurrency left. `denied`: by the
       * role's policy. `no_function`: it does not exist. `answer_too_long`: it was not read to its end. `unavailable`:
       * anything else.
       */
      readonly kind: 'function_error' | 'throttled' | 'denied' | 'no_function' | 'answer_too_long' | 'unavailable';
      readonly errorName?: string | undefined;
      readonly serviceStatus?: number | undefined;
    };

export interface ReplyFunction {
  /** Invokes it once, without retry. @param payload JSON */
  readonly invoke: (payload: string, signal: AbortSignal) => Promise<InvokeOutcome>;
  /** How long an answer is waited for, in milliseconds. */
  readonly timeoutMs: number;
}
