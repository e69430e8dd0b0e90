import { findingOf, type CauseId, type Finding, type Wording } from './findings';
import type { LogLine } from './log-line';

const causeOfReason: Readonly<Record<string, CauseId>> = {
  method_not_allowed: 'method-not-allowed',
  payload_too_large: 'payload-too-large',
  unsupported_media_type: 'unsupported-media-type',
  malformed_request: 'malformed-request',
  signature_missing: 'signature-missing',
  body_hash_missing: 'body-hash-missing',
  body_hash_mismatch: 'body-hash-mismatch',
  account_mismatch: 'account-unknown',
  missing_required_field: 'missing-required-field',
  duplicate_identity_field: 'duplicate-identity-field',
  credentials_missing: 'secret-unusable',
  credentials_placeholder: 'secret-unusable',
  credentials_invalid: 'secret-unusable',
  credentials_denied: 'secret-unusable',
};

const challenge: Omit<Finding, 'id'> = {
  title: 'Basic authentication was asked for',
  explanation:
    'The stage has Basic authentication. Twilio’s first request never has credentials, and it repeats the request with those of its webhook URL.',
  fix: 'Nothing, if an accepted request follows. Else put the right user and password into the webhook URL in Twilio (https://user:password@…).',
};

const fault: Omit<Finding, 'id'> = {
  title: 'a fault of the gateway, not of the request',
  explanation: 'The reason in the log is about the gateway itself or an AWS service.',
  fix: 'See the runbook (docs/runbook.md) for the reason, and the rest of the log line.',
};

const ownFindings: Readonly<Record<string, Omit<Finding, 'id'>>> = {
  accepted: {
    title: 'the gateway accepted it',
    explanation: 'The request was proven genuine and is on the queue.',
    fix: 'Nothing. If it is not stored, look at `npx gateway dead-letters list`.',
  },
  signature_mismatch: {
    title: 'no token of the account fits the signature',
    explanation: 'The log does not say why: it holds neither the signature nor the query.',
    fix: 'Give the request’s X-Twilio-Signature with --signature, its query with --query, and its body with --body.',
  },
  basic_challenge: challenge,
  basic_failed: { ...challenge, title: 'user or password of Basic authentication are wrong' },
};

/** The detail of our log is constant text; whatever else stands there is not repeated. */
const aboutOf = ({ detail, method, account }: LogLine, id: CauseId): string => {
  if (id === 'method-not-allowed')
    return method !== undefined && /^[A-Z]{1,20}$/.test(method) ? method : 'another method';
  if (id === 'account-unknown') {
    return account !== undefined && /^[0-9a-f]{6}$/i.test(account) ? `…${account}` : 'another account';
  }
  return detail !== undefined && /^[\w ,.:'()/<>-]{1,200}$/.test(detail) ? detail : 'see the log line';
};

/** What the reason of a log line alone says. */
export const logFinding = (line: LogLine, wording: Wording): Finding => {
  const known = causeOfReason[line.reason];
  if (known === undefined) return { id: line.reason, ...(ownFindings[line.reason] ?? fault) };
  const id = known === 'account-unknown' && line.account === undefined ? 'account-missing' : known;
  return findingOf({ id, about: aboutOf(line, id) }, wording);
};
