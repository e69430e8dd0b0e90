/** An error response of SNS. `name` is the error code. */
export class SnsError extends Error {
  constructor(
    code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = code;
  }
}

export const invalidParameter = (reason: string): SnsError =>
  new SnsError('InvalidParameter', `Invalid parameter: ${reason}`);
