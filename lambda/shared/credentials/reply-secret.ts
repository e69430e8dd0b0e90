import { placeholderAccountSid } from './account-secret';
import { isAccountSid } from '../payload/sid';

/** An API key of one Twilio account. */
export interface ReplyKey {
  readonly accountSid: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

export type ReplySecretResult =
  | { readonly kind: 'ok'; readonly keys: readonly ReplyKey[] }
  | { readonly kind: 'placeholder' }
  | { readonly kind: 'invalid'; readonly detail: string };

const apiKeyPattern = /^SK[0-9a-fA-F]{32}$/;

/** Parses the secret: one key, or a list with one for each account. The detail of an invalid one never quotes it. */
export const parseReplySecret = (text: string | undefined): ReplySecretResult => {
  if (text === undefined || text === '') return invalid('is empty');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return invalid('is not JSON');
  }
  const slots: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (slots.length === 0) return invalid('is an empty list');
  const keys: ReplyKey[] = [];
  for (const slot of slots) {
    if (typeof slot !== 'object' || slot === null) return invalid('is not an object, or a list of objects');
    const { accountSid, apiKey, apiSecret } = slot as Readonly<Record<string, unknown>>;
    if (accountSid === placeholderAccountSid) return { kind: 'placeholder' };
    if (!isAccountSid(accountSid)) return invalid('has an accountSid that is not AC and 32 hex digits');
    if (typeof apiKey !== 'string' || !apiKeyPattern.test(apiKey)) {
      return invalid('has an apiKey that is not SK and 32 hex digits');
    }
    if (typeof apiSecret !== 'string' || apiSecret === '' || /\s/.test(apiSecret)) {
      return invalid('has an apiSecret that is missing, empty, or has white space');
    }
    keys.push({ accountSid, apiKey, apiSecret });
  }
  if (new Set(keys.map(({ accountSid }) => accountSid)).size < keys.length) return invalid('has an account twice');
  return { kind: 'ok', keys };
};

const invalid = (detail: string): ReplySecretResult => ({ kind: 'invalid', detail: `the reply secret ${detail}` });
