import { TwilioApiError } from '../shared/twilio/twilio-api-error';

/** Why an attempt failed and is retried. The messages are constant: they are logged and stored in the row. */

/** The secret or the configuration cannot be used: an operator must fix it. */
export class BreakerConfigError extends Error {
  override readonly name = 'BreakerConfigError';
}

/** Nothing is broken, but it is too early to decide. */
export class NotYetError extends Error {
  override readonly name = 'NotYetError';
}

/** Twilio accepted a request, but it changed nothing. */
export class NoEffectError extends Error {
  override readonly name = 'NoEffectError';
}

const ownErrors = [TwilioApiError, BreakerConfigError, NotYetError, NoEffectError] as const;

/**
 * What to log and store of an error: the message of our own, but only the name of a foreign one, whose message may
 * quote its input.
 */
export const errorDetail = (error: unknown): string => {
  if (!(error instanceof Error)) return 'an unknown error';
  return ownErrors.some((own) => error instanceof own)
    ? error.message
    : `no answer, or an error of a service (${error.name})`;
};
