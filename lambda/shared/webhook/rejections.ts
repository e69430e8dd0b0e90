import { credentialHints, targetHint } from '../credentials/credential-hints';
import type { MetricName } from '../contract/metric-names';
import type { LogLevel } from '../runtime/ports';

export type RejectionReason =
  | 'method_not_allowed'
  | 'basic_challenge'
  | 'basic_failed'
  | 'basic_secret_unusable'
  | 'basic_secret_unavailable'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'malformed_request'
  | 'signature_missing'
  | 'signature_mismatch'
  | 'body_hash_missing'
  | 'body_hash_mismatch'
  | 'account_mismatch'
  | 'credentials_missing'
  | 'credentials_denied'
  | 'credentials_placeholder'
  | 'credentials_invalid'
  | 'credentials_unavailable'
  | 'enqueue_failed'
  | 'enqueue_denied'
  | 'internal_error';

/** Why a request is not accepted. The caller sees only the status; everything else goes to the log. */
export interface Rejection {
  readonly reason: RejectionReason;
  /** Constant text: a field's name, or what to do. Never quotes the request. */
  readonly detail?: string | undefined;
  readonly errorName?: string | undefined;
  readonly serviceStatus?: number | undefined;
  /** The last six characters of the account SID that a form claims, if it is well-formed. */
  readonly account?: string | undefined;
}

/** The outcome of a check that failed. */
export interface Rejected {
  readonly rejection: Rejection;
}

export const reject = (reason: RejectionReason, detail?: string): Rejected => ({
  rejection: { reason, detail },
});

interface Answer {
  readonly status: number;
  readonly level: LogLevel;
  readonly metric?: MetricName;
}

const forbidden: Answer = { status: 403, level: 'warn', metric: 'SignatureRejected' };
const misconfigured: Answer = { status: 500, level: 'error', metric: 'ConfigError' };
const secretUnavailable: Answer = { status: 503, level: 'error', metric: 'SecretUnavailable' };

/** The answer to each rejection. */
export const answers: Readonly<Record<RejectionReason, Answer>> = {
  method_not_allowed: { status: 405, level: 'info' },
  // Not an error: Twilio sends credentials only after a challenge.
  basic_challenge: { status: 401, level: 'info', metric: 'BasicChallenge' },
  basic_failed: { status: 401, level: 'warn', metric: 'BasicRejected' },
  basic_secret_unusable: misconfigured,
  basic_secret_unavailable: secretUnavailable,
  payload_too_large: { status: 413, level: 'warn' },
  unsupported_media_type: { status: 415, level: 'warn' },
  // API Gateway does not send such base64.
  malformed_request: { status: 400, level: 'error', metric: 'UnusableRequest' },
  signature_missing: forbidden,
  signature_mismatch: forbidden,
  body_hash_missing: forbidden,
  body_hash_mismatch: forbidden,
  account_mismatch: forbidden,
  credentials_missing: misconfigured,
  credentials_denied: misconfigured,
  credentials_placeholder: misconfigured,
  credentials_invalid: misconfigured,
  credentials_unavailable: secretUnavailable,
  enqueue_failed: { status: 503, level: 'error', metric: 'EnqueueFailed' },
  enqueue_denied: { status: 500, level: 'error', metric: 'EnqueueFailed' },
  internal_error: { status: 500, level: 'error', metric: 'InternalError' },
};

/** A rejection's detail for the log: what is wrong, then what the operator must do about it. */
export const detailOf = ({ reason, detail }: Rejection, stageName: string): string | undefined => {
  const hint = hints[reason]?.replace('<stage>', stageName);
  return detail === undefined || hint === undefined ? (detail ?? hint) : `${detail}: ${hint}`;
};

const hints: Readonly<Partial<Record<RejectionReason, string>>> = {
  basic_secret_unusable: 'run npx twilio-webhook-gateway secret basic set --username twilio --generate ' + targetHint,
  ...credentialHints,
  enqueue_denied: "allow this function's role sqs:SendMessage on the queue, and the use of the queue's key",
};
