import type { Rejection, RejectionReason } from '../../../lambda/shared/webhook/rejections';
import type { Cause, CauseId } from './findings';

/** The cause for each reason; `gateway-error` is a problem of the gateway itself, not of the request. */
export const causeOfReason: Readonly<Record<RejectionReason, CauseId | 'gateway-error'>> = {
  method_not_allowed: 'method-not-allowed',
  basic_challenge: 'basic-challenge',
  basic_failed: 'basic-failed',
  basic_secret_unusable: 'basic-secret-unusable',
  basic_secret_unavailable: 'gateway-error',
  payload_too_large: 'payload-too-large',
  unsupported_media_type: 'unsupported-media-type',
  malformed_request: 'gateway-error',
  signature_missing: 'signature-missing',
  signature_mismatch: 'no-match',
  body_hash_missing: 'body-hash-missing',
  body_hash_mismatch: 'body-hash-mismatch',
  account_mismatch: 'account-unknown',
  credentials_missing: 'secret-unusable',
  credentials_denied: 'secret-unusable',
  credentials_placeholder: 'secret-unusable',
  credentials_invalid: 'secret-unusable',
  credentials_unavailable: 'gateway-error',
  enqueue_failed: 'gateway-error',
  enqueue_denied: 'gateway-error',
  internal_error: 'gateway-error',
};

const secretProblems: Readonly<Partial<Record<RejectionReason, string>>> = {
  credentials_missing: 'the secret does not exist, or has no value',
  credentials_placeholder: 'no Auth Token has been stored yet',
};

/** The cause of a rejection. Errors of the gateway have none: a captured request cannot show them. */
export const causesOfRejection = ({ reason, detail }: Rejection): readonly Cause[] => {
  const id = causeOfReason[reason];
  return id === 'gateway-error' ? [] : [{ id, about: detail ?? secretProblems[reason] }];
};
