import type { Rejection, RejectionReason } from '../../../lambda/shared/webhook/rejections';
import type { Cause, CauseId } from './findings';

/** What each reason of the gateway is called here; `fault` is one of the gateway itself. A new reason does not compile without. */
export const causeOfReason: Readonly<Record<RejectionReason, CauseId | 'fault'>> = {
  method_not_allowed: 'method-not-allowed',
  basic_challenge: 'basic-challenge',
  basic_failed: 'basic-failed',
  basic_secret_unusable: 'basic-secret-unusable',
  basic_secret_unavailable: 'fault',
  payload_too_large: 'payload-too-large',
  unsupported_media_type: 'unsupported-media-type',
  malformed_request: 'fault',
  signature_missing: 'signature-missing',
  signature_mismatch: 'no-match',
  body_hash_missing: 'body-hash-missing',
  body_hash_mismatch: 'body-hash-mismatch',
  account_mismatch: 'account-unknown',
  credentials_missing: 'secret-unusable',
  credentials_denied: 'secret-unusable',
  credentials_placeholder: 'secret-unusable',
  credentials_invalid: 'secret-unusable',
  credentials_unavailable: 'fault',
  enqueue_failed: 'fault',
  enqueue_denied: 'fault',
  internal_error: 'fault',
};

const secretFaults: Readonly<Partial<Record<RejectionReason, string>>> = {
  credentials_missing: 'no secret is there, or it has no value',
  credentials_placeholder: 'no Auth Token has been stored yet',
};

/** The cause that a refusal names, with its own words. Faults are none: nothing here reads, waits or publishes. */
export const causeOfRefusal = ({ reason, detail }: Rejection): readonly Cause[] => {
  const id = causeOfReason[reason];
  return id === 'fault' ? [] : [{ id, about: detail ?? secretFaults[reason] }];
};
