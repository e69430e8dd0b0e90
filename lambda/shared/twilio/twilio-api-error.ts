/**
 * Twilio's REST API answered with an error, or the CLI got no answer. Twilio's own message is dropped, because it may
 * quote a number or another part of the request.
 */
export class TwilioApiError extends Error {
  override readonly name = 'TwilioApiError';
  constructor(
    /** HTTP status; undefined if there was no answer. */
    readonly status: number | undefined,
    /** Twilio's error code, https://www.twilio.com/docs/api/errors; undefined if the answer has none. */
    readonly code?: number,
    options?: ErrorOptions,
  ) {
    const link = code === undefined ? '' : ` (error ${code}, https://www.twilio.com/docs/api/errors/${code})`;
    super(status === undefined ? "Twilio's API did not answer" : `Twilio's API answered ${status}${link}`, options);
  }

  /** Whether a change may have been made: no answer, a success that cannot be read, or an error on Twilio's side. */
  get isAmbiguous(): boolean {
    return this.status === undefined || this.status < 400 || this.status >= 500;
  }
}

const numberAt = (error: object, key: 'status' | 'code'): number | undefined => {
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'number' ? value : undefined;
};

/**
 * Makes a call with the `twilio` package.
 * @throws TwilioApiError for an answer that is not a success, or is not JSON; else what the HTTP client throws
 */
export const callTwilio = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    // JSON.parse quotes its input.
    if (error instanceof SyntaxError) throw new TwilioApiError(200);
    if (typeof error !== 'object' || error === null || error instanceof TwilioApiError) throw error;
    const status = numberAt(error, 'status');
    if (status === undefined) throw error;
    throw new TwilioApiError(status, numberAt(error, 'code'));
  }
};
