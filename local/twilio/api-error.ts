/** An answer of the API: a status and JSON. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: object;
}

/** An error in the form of https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions */
export const apiError = (status: number, code: number, message: string): ApiAnswer => ({
  status,
  body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
});

export const notFound = (): ApiAnswer => apiError(404, 20404, 'The requested resource was not found');
