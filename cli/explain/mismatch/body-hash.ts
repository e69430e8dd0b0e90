import { parseForm } from '../../../lambda/shared/payload/form';
import { bodyHash, verifyBodyHash } from '../../../lambda/shared/signature/body-hash';
import type { Cause } from '../findings/findings';
import { jsonNotations } from '../variants/json-notations';
import { decodedBase64 } from '../variants/body-format-variants';
import type { Content } from '../variants/variant';

/** Why the hash of a JSON body is not the signed one; undefined where it is, or where the cause is known already. */
export const bodyHashCause = (
  match: { readonly causes: readonly Cause[]; readonly content: Content },
  body: Buffer,
): Cause | undefined => {
  if (match.causes.some(({ id }) => id === 'body-hash-missing')) return undefined;
  const query = match.content.url.query ?? '';
  switch (verifyBodyHash(query, body)) {
    case 'match':
      return undefined;
    case 'missing':
      return { id: 'body-hash-missing', about: 'it was signed without' };
    case 'mismatch':
      break;
  }
  const claimed = [parseForm(query)['bodySHA256'] ?? ''].flat()[0] ?? '';
  if (claimed !== claimed.toLowerCase() && claimed.toLowerCase() === bodyHash(body)) {
    return { id: 'body-hash-case' };
  }
  const decoded = decodedBase64(body);
  if (decoded !== undefined && bodyHash(decoded) === claimed) return { id: 'body-base64' };
  const notation = jsonNotations(body).find(([, bytes]) => bodyHash(bytes) === claimed);
  return notation === undefined ? { id: 'body-hash-mismatch' } : { id: 'body-reserialised', about: notation[0] };
};
