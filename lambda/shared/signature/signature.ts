import { createHmac, timingSafeEqual } from 'node:crypto';
// The deep path, not the package root: 3.5 kB against 3.8 MB in every bundle.
import { validateRequest } from 'twilio/lib/webhooks/webhooks';
import { canonicalParams, type Params } from '../payload/form';
import { spellingsOf } from './url-spellings';

/**
 * Twilio signs with an Auth Token and HMAC-SHA1 or, where a Webhook Rule requires it, with a SharedKey and HMAC-SHA256.
 */
export type SignatureAlgorithm = 'HMAC-SHA1' | 'HMAC-SHA256';

/**
 * A key that Twilio signs with: an Auth Token (HMAC-SHA1) or the secret of a SharedKey (HMAC-SHA256).
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 * @see https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys
 */
export interface SigningKey {
  readonly algorithm: SignatureAlgorithm;
  readonly secret: string;
}

/** A signature that came with a request and is not verified yet. */
export interface PresentedSignature {
  readonly algorithm: SignatureAlgorithm;
  /** Base64. */
  readonly signature: string;
}

/** What Twilio signs: the URL as configured, with its query as sent, and the form parameters if there are any. */
export interface SignedContent {
  readonly url: string;
  /** Empty for JSON bodies, whose hash is in the query instead. */
  readonly params: Params;
}

/** For content that is only a URL. */
export const noParams: Params = Object.freeze(Object.create(null) as Params);

/** The signed content of a JSON webhook: its URL alone. */
export const signedUrl = (url: string): SignedContent => ({ url, params: noParams });

/** Base64 of 20 and of 32 bytes. */
const signatureShapes: Readonly<Record<SignatureAlgorithm, RegExp>> = {
  'HMAC-SHA1': /^[A-Za-z0-9+/]{27}=$/,
  'HMAC-SHA256': /^[A-Za-z0-9+/]{43}=$/,
};

/** Whether a header value can be a signature. Cheap, so that it can be checked before anything is parsed or fetched. */
export const isSignatureShaped = (header: string, algorithm: SignatureAlgorithm = 'HMAC-SHA1'): boolean =>
  signatureShapes[algorithm].test(header);

/** Twilio's header on webhooks that it signed with a SharedKey: `key=…,algorithm=HMAC_SHA256`. */
export const signatureSettingsHeader = 'x-twilio-webhooks-signature-settings';

/**
 * Reads `X-Twilio-Signature`. Its length determines the algorithm. Neither header is signed, so they only choose which
 * keys are tried; each key is tried with its own algorithm only.
 * @param settings the value of `signatureSettingsHeader`
 * @returns undefined if it cannot be a signature, or if the settings name another algorithm
 */
export const presentedSignature = (header: string, settings: string | undefined): PresentedSignature | undefined => {
  const algorithm = (['HMAC-SHA1', 'HMAC-SHA256'] as const).find((candidate) => isSignatureShaped(header, candidate));
  if (algorithm === undefined) return undefined;
  const named = /(?:^|,)\s*algorithm\s*=\s*([\w-]+)/i.exec(settings ?? '')?.[1];
  const isContradicted = named !== undefined && named.toUpperCase().replaceAll('_', '-') !== algorithm;
  return isContradicted ? undefined : { algorithm, signature: header };
};

/**
 * The text that Twilio signs: the URL, then each parameter's name and values, sorted by name, without any separators.
 */
export const signedTextOf = (url: string, params: Params): string => {
  let text = url;
  for (const [name, values] of canonicalParams(params)) for (const value of values) text += name + value;
  return text;
};

/** A text that Twilio may have signed for the received request: a URL, then the parameters. */
export interface SignableText {
  readonly url: string;
  /** Of all texts of a request the same object, because a large form has many texts. */
  readonly paramBytes: Buffer;
  /** The same text with the configured base URL. */
  readonly text: string;
  readonly content: SignedContent;
}

/**
 * Limit on the bytes of all texts of one request, because a forged request has each of them hashed with every key. All
 * spellings of the largest genuine form (20 kB) fit; of a larger request the last spellings are left out.
 */
export const maxSignableBytes = 4 * 1024 * 1024;

/**
 * The texts that Twilio may have signed, without duplicates: usually two, with and without a port. They are made once
 * for a request, however many keys are tried. A URL that does not parse has none.
 */
export const signableTexts = (contents: readonly SignedContent[]): readonly SignableText[] => {
  // The variants of one request share their parameters.
  const known = new Map<Params, SignedParams>();
  let bytesLeft = maxSignableBytes;
  for (const content of contents) {
    if (bytesLeft <= 0) break;
    const shared = known.get(content.params) ?? signedParams(content.params);
    known.set(content.params, shared);
    const { params, paramBytes, texts } = shared;
    for (const { url, withConfiguredBase } of spellingsOf(content.url)) {
      if (texts.has(url)) continue;
      bytesLeft -= Buffer.byteLength(url) + paramBytes.length;
      texts.set(url, { url, paramBytes, text: withConfiguredBase + params, content });
    }
  }
  return [...known.values()].flatMap(({ texts }) => [...texts.values()]);
};

interface SignedParams {
  readonly params: string;
  readonly paramBytes: Buffer;
  /** By URL. */
  readonly texts: Map<string, SignableText>;
}

const signedParams = (params: Params): SignedParams => {
  const text = signedTextOf('', params);
  return { params: text, paramBytes: Buffer.from(text), texts: new Map() };
};

const digest = ({ algorithm, secret }: SigningKey, url: string, paramBytes: Buffer | string): string =>
  createHmac(algorithm === 'HMAC-SHA1' ? 'sha1' : 'sha256', secret)
    .update(url)
    .update(paramBytes)
    .digest('base64');

const isEqual = (a: Buffer, other: string): boolean => {
  const b = Buffer.from(other);
  return a.length === b.length && timingSafeEqual(a, b);
};

/** Twilio's own validator. It throws on URLs that do not parse. */
const isValidForTwilio = (authToken: string, signature: string, { url, params }: SignedContent): boolean => {
  try {
    return validateRequest(authToken, signature, url, params);
  } catch {
    return false;
  }
};

/**
 * The text that the key signed, or undefined if none matches. An empty key never matches, although Twilio's validator
 * accepts it. For HMAC-SHA1 that validator must agree; it does not support HMAC-SHA256 yet.
 *
 * Different queries can verify through the same text (`a+b` and `a%20b`). The result is that text, so it is equal for
 * all of them.
 */
export const findSignedText = (
  key: SigningKey,
  signature: string,
  texts: readonly SignableText[],
): string | undefined => {
  if (key.secret === '' || !isSignatureShaped(signature, key.algorithm)) return undefined;
  const presented = Buffer.from(signature);
  const found = texts.find(({ url, paramBytes }) => isEqual(presented, digest(key, url, paramBytes)));
  if (found === undefined) return undefined;
  const isConfirmed = key.algorithm === 'HMAC-SHA256' || isValidForTwilio(key.secret, signature, found.content);
  return isConfirmed ? found.text : undefined;
};

export const verifySignature = (key: SigningKey, signature: string, content: SignedContent): boolean =>
  findSignedText(key, signature, signableTexts([content])) !== undefined;

/** Signs as Twilio does, for the CLI and tests. */
export const sign = (key: SigningKey, { url, params }: SignedContent): string =>
  digest(key, url, signedTextOf('', params));
