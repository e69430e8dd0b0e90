import { createHash } from 'node:crypto';
import { canonicalParams, parseForm, single, type Params } from './form';
import { canaryIdParam, canaryType, isCanaryId } from '../contract/canary';
import type { WebhookKind } from '../contract/routes';
import { isMessageSid, isUsageTriggerSid } from './sid';
import { readJsonBody, type CloudEvent } from './cloud-events';
import type { ParamSource } from './envelope';

/** Why a verified webhook cannot be read as what its route expects. */
export const unrecognizedReasons = [
  'message_sid_missing',
  'message_sid_repeated',
  'message_sid_malformed',
  'message_status_missing',
  'message_status_repeated',
  'message_status_malformed',
  'error_code_repeated',
  'error_code_malformed',
  'usage_trigger_sid_missing',
  'usage_trigger_sid_repeated',
  'usage_trigger_sid_malformed',
  'idempotency_token_missing',
  'idempotency_token_repeated',
  'not_json',
  'json_without_fields',
  'too_large_to_parse',
] as const;
export type UnrecognizedReason = (typeof unrecognizedReasons)[number];

/** The identity of a verified webhook. No other parameter is required. */
export type Reading =
  | { readonly kind: 'message'; readonly messageSid: string }
  | {
      readonly kind: 'status';
      readonly messageSid: string;
      /** In lower case. */
      readonly status: string;
      readonly errorCode: string | undefined;
    }
  | { readonly kind: 'usage'; readonly idempotencyToken: string }
  | { readonly kind: 'cloud_events'; readonly events: readonly CloudEvent[] }
  /** Sent by the gateway itself. */
  | { readonly kind: 'canary'; readonly canaryId: string }
  /** A webhook without an identifier of its own. */
  | { readonly kind: 'event' }
  | { readonly kind: 'unrecognized'; readonly reason: UnrecognizedReason };

type Unrecognized = Extract<Reading, { kind: 'unrecognized' }>;

const unrecognized = (reason: UnrecognizedReason): Unrecognized => ({ kind: 'unrecognized', reason });

/** @param isWellFormed checks the parameter's only value */
const identifier = (
  params: Params,
  name: string,
  reasonPrefix: 'message_sid' | 'message_status' | 'usage_trigger_sid',
  isWellFormed: (value: string) => boolean,
): string | Unrecognized => {
  const value = single(params, name);
  if (value !== undefined) return isWellFormed(value) ? value : unrecognized(`${reasonPrefix}_malformed`);
  return unrecognized(`${reasonPrefix}_${params[name] === undefined ? 'missing' : 'repeated'}`);
};

/** Reads the parameters of a verified form or GET. */
export const readParams = (kind: WebhookKind, params: Params): Reading => {
  const canaryId = kind === 'event' ? canaryIdOf(params) : undefined;
  if (canaryId !== undefined) return { kind: 'canary', canaryId };
  switch (kind) {
    case 'message': {
      const messageSid = identifier(params, 'MessageSid', 'message_sid', isMessageSid);
      return typeof messageSid === 'string' ? { kind, messageSid } : messageSid;
    }
    case 'status':
      return readStatus(params);
    case 'usage': {
      const triggerSid = identifier(params, 'UsageTriggerSid', 'usage_trigger_sid', isUsageTriggerSid);
      if (typeof triggerSid !== 'string') return triggerSid;
      const idempotencyToken = single(params, 'IdempotencyToken');
      if (idempotencyToken !== undefined) return { kind, idempotencyToken };
      const isMissing = params['IdempotencyToken'] === undefined;
      return unrecognized(isMissing ? 'idempotency_token_missing' : 'idempotency_token_repeated');
    }
    case 'event':
      return { kind };
  }
};

const canaryIdOf = (params: Params): string | undefined => {
  const canaryId = single(params, canaryIdParam);
  return single(params, 'EventType') === canaryType && isCanaryId(canaryId) ? canaryId : undefined;
};

const readStatus = (params: Params): Reading => {
  const messageSid = identifier(params, 'MessageSid', 'message_sid', isMessageSid);
  if (typeof messageSid !== 'string') return messageSid;
  // An unknown status is well-formed, too: it is stored as history.
  const status = identifier(params, 'MessageStatus', 'message_status', (value) => /^[\w-]{1,64}$/.test(value));
  if (typeof status !== 'string') return status;
  const errorCode = single(params, 'ErrorCode');
  if (errorCode === undefined && params['ErrorCode'] !== undefined) return unrecognized('error_code_repeated');
  if (!/^\d{0,10}$/.test(errorCode ?? '')) return unrecognized('error_code_malformed');
  return { kind: 'status', messageSid, status: status.toLowerCase(), errorCode: errorCode || undefined };
};

/** Reads a verified JSON body. */
export const readJson = (body: Buffer): Reading => {
  const json = readJsonBody(body);
  switch (json.kind) {
    case 'cloud_events':
      return json;
    case 'json':
      return { kind: 'event' };
    case 'unreadable':
      return unrecognized(json.reason);
  }
};

/**
 * SHA-256 of a webhook with all boundaries between names and values. Twilio signs a text without them, so the same
 * signed text can be split in several ways: of two webhooks with the same text and different digests, Twilio sent at
 * most one.
 */
export const readingDigest = (webhook: {
  readonly contentType: ParamSource;
  readonly query: string;
  /** Used for a form only: a JSON body is bound by its hash in the query, and a GET has none. */
  readonly body: Buffer;
}): string => {
  const { contentType, query, body } = webhook;
  const form = contentType === 'form' ? canonicalParams(parseForm(body)) : [];
  return createHash('sha256')
    .update(JSON.stringify([contentType, canonicalParams(parseForm(query)), form]))
    .digest('hex');
};
