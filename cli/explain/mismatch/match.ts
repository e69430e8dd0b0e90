import { presentedSignature, verifySignature } from '../../../lambda/shared/signature/signature';
import type { Cause } from '../findings/findings';
import type { Key } from '../gateway/keys';
import { search, signedContent, type SearchLimits } from '../variants/search';
import type { SignatureCandidate } from './signature-header';
import type { Clues, Content } from '../variants/variant';

/** What was signed, with which key, and how it differs from the request. */
export interface Match {
  readonly causes: readonly Cause[];
  readonly content: Content;
  readonly key: Key;
}

export interface Attempt {
  readonly match: Match | undefined;
  readonly tried: number;
  readonly isComplete: boolean;
}

const alteration = (about: string | undefined): readonly Cause[] =>
  about === undefined ? [] : [{ id: 'signature-altered', about }];

/**
 * Looks for what a signature fits: first what the gateway compares, with every key, then the near misses.
 * @param contents the forms in which Twilio may have signed the request, as it came first
 */
export const findMatch = (
  contents: readonly [Content, ...Content[]],
  keys: readonly Key[],
  candidates: readonly SignatureCandidate[],
  clues: Clues,
  limits: SearchLimits,
): Attempt => {
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
    const own = keysOf(signature);
    if (own.length === 0) continue;
    const found = search(contents[0], own, signature, clues, limits);
    tried += found.tried;
    isComplete &&= found.isComplete;
    if (found.match === undefined) continue;
    const match = { ...found.match, causes: [...alteration(about), ...found.match.causes] };
    return { match, tried, isComplete: true };
  }
  return { match: undefined, tried, isComplete };
};
