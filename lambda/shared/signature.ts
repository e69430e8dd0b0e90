import { createHash, timingSafeEqual } from 'node:crypto';
// The deep path, not the package root: 3.5 kB against 3.8 MB in every bundle.
import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks';
import { parseForm, type Params } from './form';

/**
 * A key that Twilio signs with. Today that is an account's Auth Token and HMAC-SHA1; Twilio's SharedKeys
 * (public beta) bring their own algorithm, which will be a second member here.
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 */
export interface SigningKey {
  readonly algorithm: 'HMAC-SHA1';
  readonly secret: string;
}

/** What Twilio signs: the whole URL as configured, with the query as sent, and the form parameters if there are any. */
export interface SignedContent {
  readonly url: string;
  /** Empty for JSON bodies, whose hash is in the query instead. */
  readonly params: Params;
}

/** Of what is signed by its URL alone. */
export const noParams: Params = Object.freeze(Object.create(null) as Params);

/** The signed content of a JSON webhook: its URL alone. */
export const signedUrl = (url: string): SignedContent => ({ url, params: noParams });

/** Whether a header value can be a base64 HMAC-SHA1 at all. Cheap, so it is asked before anything is parsed or fetched. */
export const isSignatureShaped = (header: string): boolean => /^[A-Za-z0-9+/]{27}=$/.test(header);

/**
 * Verifies a signature with Twilio's own validator, with its traps closed: an empty key never matches (the
 * validator would accept it), and nothing throws (it does on URLs that do not parse).
 */
export const verifySignature = (key: SigningKey, header: string, content: SignedContent): boolean => {
  if (key.secret === '' || !isSignatureShaped(header)) return false;
  try {
    return validateRequest(key.secret, header, content.url, content.params);
  } catch {
    return false;
  }
};

/** Signs as Twilio does. For the operator CLI and tests: nothing that receives webhooks needs it. */
export const sign = (key: SigningKey, content: SignedContent): string =>
  getExpectedTwilioSignature(key.secret, content.url, content.params);

/** Lower-case hexadecimal SHA-256, the form of `bodySHA256`. */
export const bodyHash = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

export type BodyHashResult = 'match' | 'missing' | 'repeated' | 'mismatch';

/**
 * Compares a JSON body, raw as received, with the `bodySHA256` of the signed query. Exactly one is required: Twilio's
 * helper takes the first of several and looks for the name anywhere in the URL.
 */
export const verifyBodyHash = (rawQuery: string, body: Buffer): BodyHashResult => {
  const claimed = parseForm(rawQuery)['bodySHA256'];
  if (claimed === undefined) return 'missing';
  if (typeof claimed !== 'string') return 'repeated';
  const actual = Buffer.from(bodyHash(body));
  const expected = Buffer.from(claimed);
  return expected.length === actual.length && timingSafeEqual(expected, actual) ? 'match' : 'mismatch';
};

/**
 * The public URL as Twilio signs it: user information and fragment (`#rc=3` connection overrides) do not take part.
 * @throws TypeError if it is no absolute URL
 * @see https://www.twilio.com/docs/usage/security#a-few-notes
 */
export const signableUrl = (configured: string): string => {
  const url = new URL(configured);
  if (url.username === '' && url.password === '' && url.hash === '') return configured;
  url.username = '';
  url.password = '';
  url.hash = '';
  return url.href;
};
