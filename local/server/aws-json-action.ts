/** An error response of AWS. `name` is the error code, as in the errors that the SDK throws. */
export class AwsJsonError extends Error {
  constructor(
    code: string,
    message: string,
    readonly status = 400,
    /** The code of the older query protocol, which the SDK still shows as `error.Code`. SQS only. */
    readonly queryErrorCode?: string,
  ) {
    super(message);
    this.name = code;
  }
}

export interface ActionOptions {
  /**
   * Aborted when the caller disconnects or the server closes, so that a long poll does not receive messages in vain.
   */
  readonly signal?: AbortSignal;
}

/** Validates its own input, which may be anything. Rejects with the AwsJsonError that AWS would answer. */
export type Action = (input: unknown, options?: ActionOptions) => Promise<object>;

/** Makes a synchronous action asynchronous: its errors become rejections. */
export const asynchronous =
  <T extends object>(action: (input: unknown) => T) =>
  (input: unknown): Promise<T> =>
    new Promise((resolve) => resolve(action(input)));
