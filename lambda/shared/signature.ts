import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { parse, stringify } from 'node:querystring';
// The deep path, not the package root: 3.5 kB against 3.8 MB in every bundle.
import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks';
import { canonicalParams, parseForm, single, type Params } from './form';

/**
 * Twilio signs with an Auth Token and HMAC-SHA1 or, where a Webhook Rule says so, with a SharedKey and HMAC-SHA256. A key is
 * used with its own algorithm only.
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

/** A signature as it came with a request, which nothing has verified yet. */
export interface PresentedSignature {
  readonly algorithm: SignatureAlgorithm;
  /** Base64. */
  readonly signature: string;
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

/** Base64 of 20 and of 32 bytes. */
const signatureShapes: Readonly<Record<SignatureAlgorithm, RegExp>> = {
  'HMAC-SHA1': /^[A-Za-z0-9+/]{27}=$/,
  'HMAC-SHA256': /^[A-Za-z0-9+/]{43}=$/,
};

/** Whether a header value can be a signature at all. Cheap, so it is asked before anything is parsed or fetched. */
export const isSignatureShaped = (header: string, algorithm: SignatureAlgorithm = 'HMAC-SHA1'): boolean =>
  signatureShapes[algorithm].test(header);

/** Comes with a webhook that Twilio signed with a SharedKey: `key=…,algorithm=HMAC_SHA256`. */
export const signatureSettingsHeader = 'x-twilio-webhooks-signature-settings';

/**
 * Reads `X-Twilio-Signature`. Its length tells the algorithm; neither header is signed, so all they do is choose which keys are
 * tried, each with the one algorithm that it belongs to.
 * @param settings the value of `signatureSettingsHeader`
 * @returns undefined for what is no signature, or of another algorithm than the settings name
 */
export const presentedSignature = (
  header: string,
  settings: string | undefined,
): PresentedSignature | undefined => {
  const algorithm = (['HMAC-SHA1', 'HMAC-SHA256'] as const).find((one) => isSignatureShaped(header, one));
  if (algorithm === undefined) return undefined;
  const named = /(?:^|,)\s*algorithm\s*=\s*([\w-]+)/i.exec(settings ?? '')?.[1];
  const isContradicted = named !== undefined && named.toUpperCase().replaceAll('_', '-') !== algorithm;
  return isContradicted ? undefined : { algorithm, signature: header };
};

/** What Twilio signs: the URL, then the parameters in the order of their names, each name before its values, no boundary anywhere. */
export const signedTextOf = (url: string, params: Params): string =>
  url +
  canonicalParams(params)
    .flatMap(([name, values]) => values.map((value) => name + value))
    .join('');

/** The URL without and with a port; Twilio signs either. */
const portForms = (url: string): readonly string[] => {
  const parts = /^([a-z][a-z0-9+.-]*:\/\/)((?:[^/?#]*@)?(?:\[[^\]]*\]|[^/?#:[\]]*))(:[^/?#]*)?(.*)$/is.exec(
    url,
  );
  if (parts === null) return [url];
  const [, scheme = '', host = '', port, rest = ''] = parts;
  const defaultPort = scheme.toLowerCase() === 'https://' ? ':443' : ':80';
  return [`${scheme}${host}${rest}`, `${scheme}${host}${port ?? defaultPort}${rest}`];
};

const queryOf = (url: string): string => {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start);
};

const withLegacyQuery = (url: string): string => {
  const query = queryOf(url);
  return query.length < 2 ? url : url.slice(0, -query.length) + '?' + stringify(parse(query.slice(1)));
};

/**
 * The forms of a URL that Twilio's validator tries: as it is, as `new URL()` writes it, and with its query as Node's legacy
 * `querystring` writes it.
 * @throws TypeError for a URL that does not parse
 */
const urlForms = (url: string): readonly string[] => {
  const written = new URL(url).href;
  return [url, written, withLegacyQuery(written)];
};

const digest = ({ algorithm, secret }: SigningKey, url: string, params: Params): string =>
  algorithm === 'HMAC-SHA1'
    ? getExpectedTwilioSignature(secret, url, params)
    : createHmac('sha256', secret).update(signedTextOf(url, params)).digest('base64');

const isEqual = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/**
 * The text that a signature was made of, or undefined where it does not verify. HMAC-SHA1 is decided by Twilio's own validator,
 * with its traps closed: an empty key never matches (the validator would accept it), and nothing throws (it does on URLs that
 * do not parse). The validator does not know HMAC-SHA256 yet, so that one is computed here, over the same forms of the URL.
 *
 * Several queries verify through one form (`a+b` and `a%20b`), and one text then has one signature: the text returned is that
 * of the form, so that it is equal for all of them. Its base is the configured one, whichever port was signed.
 */
export const verifiedText = (
  key: SigningKey,
  signature: string,
  { url, params }: SignedContent,
): string | undefined => {
  if (key.secret === '' || !isSignatureShaped(signature, key.algorithm)) return undefined;
  try {
    if (key.algorithm === 'HMAC-SHA1' && !validateRequest(key.secret, signature, url, params)) {
      return undefined;
    }
    const form = urlForms(url).find((candidate) =>
      portForms(candidate).some((withPort) => isEqual(digest(key, withPort, params), signature)),
    );
    if (form !== undefined) return signedTextOf(url.replace(/\?.*$/s, '') + queryOf(form), params);
    // A later version of the validator may know more forms.
    return key.algorithm === 'HMAC-SHA1' ? signedTextOf(url, params) : undefined;
  } catch {
    return undefined;
  }
};

export const verifySignature = (key: SigningKey, signature: string, content: SignedContent): boolean =>
  verifiedText(key, signature, content) !== undefined;

/** Signs as Twilio does. For the operator CLI and tests: nothing that receives webhooks needs it. */
export const sign = (key: SigningKey, { url, params }: SignedContent): string => digest(key, url, params);

/** Lower-case hexadecimal SHA-256, the form of `bodySHA256`. */
export const bodyHash = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

export type BodyHashResult = 'match' | 'missing' | 'mismatch';

/**
 * Compares a JSON body, raw as received, with the `bodySHA256` of the signed query. It must have one value: Twilio's helper takes
 * the first of several and looks for the name anywhere in the URL.
 */
export const verifyBodyHash = (rawQuery: string, body: Buffer): BodyHashResult => {
  const params = parseForm(rawQuery);
  if (params['bodySHA256'] === undefined) return 'missing';
  const actual = Buffer.from(bodyHash(body));
  const expected = Buffer.from(single(params, 'bodySHA256') ?? '');
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
