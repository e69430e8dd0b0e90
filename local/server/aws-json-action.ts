/** An error as AWS would answer it. `name` is the code, as in the errors that the SDK throws. */
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
  /** Aborted when the caller is gone or the server closes: a long poll must not take messages for nobody. */
  readonly signal?: AbortSignal;
}

/** Reads its input itself: what arrives by HTTP may be anything. Rejects with AwsJsonError for what AWS would refuse. */
export type Action = (input: unknown, options?: ActionOptions) => Promise<object>;

/** For an action that has nothing to wait for: its errors become rejections, as those of any other. */
export const asynchronous =
  <T extends object>(action: (input: unknown) => T) =>
  (input: unknown): Promise<T> =>
    new Promise((resolve) => resolve(action(input)));
