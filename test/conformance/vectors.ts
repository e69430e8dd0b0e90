import { parse, stringify } from 'node:querystring';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { vectors as published } from '../fixtures/signature-vectors.json';
import type { Form } from '../helpers/webhooks';

/** A case of the public test suites of Twilio's SDKs, as `test/fixtures/signature-vectors.json` keeps it. */
export type Vector = BodyHashVector | WebhookVector;

export interface BodyHashVector {
  readonly id: string;
  readonly name: string;
  readonly kind: 'bodyHash';
  readonly rawBody: string;
  readonly expectedValid: boolean;
}

export interface WebhookVector {
  readonly id: string;
  readonly name: string;
  readonly kind: 'form' | 'rawBody';
  readonly authToken: string;
  readonly url: string;
  /** Of a form. */
  readonly params?: Form;
  /** Of JSON. */
  readonly rawBody?: string;
  /** Null where the header is absent. */
  readonly signature: string | null;
  readonly expectedValid: boolean;
  /** How the URL that was signed differs from `url`. */
  readonly signedString: string | null;
}

// TypeScript does not derive a union from JSON. The tests read every vector of the file.
export const vectors = published as unknown as readonly Vector[];

export const webhookVectors = vectors.filter((vector) => vector.kind !== 'bodyHash');
export const bodyHashVectors = vectors.filter((vector) => vector.kind === 'bodyHash');

export const queryOf = (url: string): string => url.split('?')[1] ?? '';

/** The URL and the parameters that were signed. */
export interface Signed {
  readonly url: string;
  readonly params: Form;
}

const standardPort = (url: string): string => (url.startsWith('https:') ? ':443' : ':80');

/** The URL that was signed, for each text in `signedString`. */
const signedUrls: Readonly<Record<string, (url: string) => string>> = {
  'url as given': (url) => url,
  'standard port added': (url) => url.replace(/^(\w+:\/\/[^/]+)/, `$1${standardPort(url)}`),
  'port removed': (url) => url.replace(/^(\w+:\/\/[^/]+):\d+/, '$1'),
  'WHATWG-normalised: url as given': (url) => new URL(url).href,
  'legacy querystring of: url as given': (url) => `${url.split('?')[0] ?? ''}?${stringify(parse(queryOf(url)))}`,
};

const suiteForm = vectors.flatMap((vector) => (vector.id === 'v001' && 'params' in vector ? [vector.params] : []))[0];

/** Invalid vectors with the signature of another request: what that signature was made for. */
const forgedFrom: Readonly<Record<string, (url: string) => Signed>> = {
  v008: (url) => ({ url, params: suiteForm ?? {} }),
  v021: (url) => ({ url: url.replace('&somethingUnexpected=true', ''), params: suiteForm ?? {} }),
  // The published value lacks the last digit of the hash of its body.
  v022: (url) => ({ url: `${url}0`, params: {} }),
  v024: (url) => ({ url: url.replace('param2', 'param'), params: {} }),
};

/** Vectors without a valid signature: the header is missing or malformed. */
const withoutSignature = ['v002', 'v009'];

/**
 * The URL and parameters that a vector's signature was made for: its own, or those of its twin.
 * @returns undefined where there is no signature at all
 */
export const signedOf = (vector: WebhookVector, url: string, params: Form): Signed | undefined => {
  if (withoutSignature.includes(vector.id)) return undefined;
  const forged = forgedFrom[vector.id]?.(url);
  if (forged !== undefined) return forged;
  const signedUrl = signedUrls[vector.signedString ?? ''];
  if (signedUrl === undefined) throw new Error(`${vector.id}: ${String(vector.signedString)} is not known`);
  return { url: signedUrl(url), params };
};

/** Twilio's own signer, as everywhere in the tests. */
export const officialSignature = (authToken: string, { url, params }: Signed): string =>
  getExpectedTwilioSignature(authToken, url, params);
