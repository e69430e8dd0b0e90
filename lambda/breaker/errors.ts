import { TwilioApiError } from '../shared/twilio/twilio-api-error';

/** Why an attempt failed and shall be repeated. The texts are constant: they go to the log and into the row. */

/** The secret or the configuration cannot be used: a human must act. */
export class BreakerConfigError extends Error {
  override readonly name = 'BreakerConfigError';
}

/** Nothing is broken, but it is too early to decide. */
export class UsageNotConfirmedYetError extends Error {
  override readonly name = 'NotYetError';
}

/** What was asked for was done, and did not help. */
export class NoEffectError extends Error {
  override readonly name = 'NoEffectError';
}

export interface FaultDescription {
  readonly errorName: string;
  readonly serviceStatus: number | undefined;
  /** Constant text, only of our own errors: a foreign one may quote its input. */
  readonly detail: string;
}

const ownErrors = [TwilioApiError, BreakerConfigError, UsageNotConfirmedYetError, NoEffectError] as const;

export const describeFault = (error: unknown): FaultDescription => {
  if (!(error instanceof Error)) {
    return { errorName: typeof error, serviceStatus: undefined, detail: 'a fault of an unknown kind' };
  }
  // Every error of the AWS SDK may carry metadata; its type says so for service exceptions only.
  const { $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
  return {
    errorName: error.name,
    serviceStatus: error instanceof TwilioApiError ? error.httpStatus : $metadata?.httpStatusCode,
    detail: ownErrors.some((own) => error instanceof own)
      ? error.message
      : `no answer, or a fault of a service (${error.name})`,
  };
};
