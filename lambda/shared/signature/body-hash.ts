import { createHash, timingSafeEqual } from 'node:crypto';
import { parseForm, single } from '../payload/form';

/** Lower-case hexadecimal SHA-256, the form of `bodySHA256`. */
export const bodyHash = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

export type BodyHashResult = 'match' | 'missing' | 'mismatch';

/**
 * Compares the received bytes of a JSON body with the `bodySHA256` of the signed query, which must have exactly one
 * value. Twilio's own helper takes the first of several, and finds the name anywhere in the URL.
 */
export const verifyBodyHash = (rawQuery: string, body: Buffer): BodyHashResult => {
  const params = parseForm(rawQuery);
  if (params['bodySHA256'] === undefined) return 'missing';
  const actual = Buffer.from(bodyHash(body));
  const expected = Buffer.from(single(params, 'bodySHA256') ?? '');
  return expected.length === actual.length && timingSafeEqual(expected, actual) ? 'match' : 'mismatch';
};
