/** Twilio's REST API answered, and it was no success. Its own message is dropped: it may quote what was asked. */
export class TwilioApiError extends Error {
  override readonly name = 'TwilioApiError';
  constructor(
    readonly httpStatus: number,
    /** Twilio's error code, https://www.twilio.com/docs/api/errors; undefined where the answer has none. */
    readonly code: number | undefined,
  ) {
    super(
      `Twilio's API answered ${httpStatus}${code === undefined ? '' : ` (error ${code}, https://www.twilio.com/docs/api/errors/${code})`}.`,
    );
  }
}
