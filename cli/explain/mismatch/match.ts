import { presentedSignature, verifySignature } from '../../../lambda/shared/signature/signature';
import type { Cause } from '../findings/findings';
import type { Key } from '../gateway/keys';
import { search, signedContent, type SearchLimits, type SearchResult } from '../variants/search';
import type { Content, Hints } from '../variants/variant';
import type { SignatureCandidate } from './signature-header';

const alteration = (about: string | undefined): readonly Cause[] =>
  about === undefined ? [] : [{ id: 'signature-altered', about }];

/**
 * Searches for content that a signature matches: first what the gateway compares, with every key, then the near misses.
 * @param contents the forms in which Twilio may have signed the request; the first is the request as received
 */
export const findMatch = (
  contents: readonly [Content, ...Content[]],
  keys: readonly Key[],
  candidates: readonly SignatureCandidate[],
  hints: Hints,
  limits: SearchLimits,
): SearchResult => {
  const keysOf = (signature: string): readonly Key[] => {
    const algorithm = presentedSignature(signature, undefined)?.algorithm;
    return keys.filter((key) => key.algorithm === algorithm);
  };
  let tried = 0;
  for (const { signature, about } of candidates) {
    for (const key of keysOf(signature)) {
      for (const content of contents) {
        tried += 1;
        if (!verifySignature(key, signature, signedContent(content))) continue;
        return { match: { causes: alteration(about), content, key }, tried, isComplete: true };
      }
    }
  }
  let isComplete = true;
  for (const { signature, about } of candidates) {
    const found = search(contents[0], keysOf(signature), signature, hints, limits);
    tried += found.tried;
    isComplete &&= found.isComplete;
    if (found.match === undefined) continue;
    const match = { ...found.match, causes: [...alteration(about), ...found.match.causes] };
    return { match, tried, isComplete: true };
  }
  return { match: undefined, tried, isComplete };
};
