import { createHmac } from 'node:crypto';
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import type { GatewayOrigins } from '../callback-url';
import type { SentWebhook } from './sent-webhooks';

/** A webhook that has a signature of the account. */
export interface GenuineWebhook {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly accountSid: string;
  /** The first value of a parameter; empty if there is none. */
  readonly param: (name: string) => string;
}

/** The keys of an account, today's and earlier ones. */
export type KeysOf = (accountSid: string) => {
  readonly authTokens: readonly string[];
  readonly sharedKeys: readonly string[];
};

type Params = Readonly<Record<string, string | string[]>>;

const readParams = (form: string): Params => {
  const params = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of new URLSearchParams(form)) {
    const earlier = params[name];
    params[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return params;
};

/**
 * The URLs that may have been signed: a test may have signed one that this gateway refuses, the port may have been
 * another one before a restart, and a custom domain has no stage in its path.
 */
const signedUrls = ({ target, host }: SentWebhook, { public: publicOrigin, local }: GatewayOrigins) => {
  const bases = [...(publicOrigin === undefined ? [] : [publicOrigin]), local, `http://${host}`, `https://${host}`];
  const paths = [target, target.replace(/^\/[^/?]+(?=\/)/, '')];
  return new Set(paths.flatMap((path) => bases.map((base) => `${base}${path}`)));
};

/** @returns undefined for a forged webhook, and for one that is not a form */
export const readGenuineWebhook = (
  webhook: SentWebhook,
  keysOf: KeysOf,
  origins: GatewayOrigins,
): GenuineWebhook | undefined => {
  const { at, method, target, signature, body } = webhook;
  const query = target.split(/\?(.*)/s)[1] ?? '';
  const params = readParams(method === 'GET' ? query : body.toString('utf8'));
  const param = (name: string): string => [params[name] ?? ''].flat()[0] ?? '';
  const accountSid = param('AccountSid');
  const signed = method === 'GET' ? {} : params;
  const urls = [...signedUrls(webhook, origins)];
  const { authTokens, sharedKeys } = keysOf(accountSid);
  const isSignedWith = (keys: readonly string[], isValid: typeof isValidForToken): boolean =>
    keys.some((key) => urls.some((url) => isValid(key, signature, url, signed)));
  const isGenuine = isSignedWith(authTokens, isValidForToken) || isSignedWith(sharedKeys, isValidForSharedKey);
  return isGenuine ? { at, accountSid, param } : undefined;
};

/** Twilio's validator throws on URLs that do not parse. */
const isValidForToken = (token: string, signature: string, url: string, params: Params): boolean => {
  try {
    return validateRequest(token, signature, url, params);
  } catch {
    return false;
  }
};

/**
 * Twilio's validator does not know SharedKeys.
 * @see https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys
 */
const isValidForSharedKey = (key: string, signature: string, url: string, params: Params): boolean => {
  const texts = Object.keys(params)
    .sort()
    .flatMap((name) => [...new Set([params[name] ?? []].flat())].sort().map((value) => name + value));
  return (
    createHmac('sha256', key)
      .update(url + texts.join(''))
      .digest('base64') === signature
  );
};
