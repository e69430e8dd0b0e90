import { verifySignature } from '../../lambda/shared/signature';
import type { Cause } from './findings';
import type { Key } from './keys';
import { search, signedContent, signingKey } from './search';
import type { SignatureCandidate } from './signature-header';
import type { Clues, Content } from './variant';

/** What was signed, with which key, and how it differs from the request. */
export interface Match {
  readonly causes: readonly Cause[];
  readonly content: Content;
  readonly key: Key;
}

export interface Attempt {
  readonly match: Match | undefined;
  /** Whether the request as it is fits, so that the gateway sees it, too. */
  readonly isUnchanged: boolean;
  readonly tried: number;
  readonly isComplete: boolean;
}

const alteration = (about: string | undefined): readonly Cause[] =>
  about === undefined ? [] : [{ id: 'signature-altered', about }];

/** Looks for what a signature fits: first the request as it is, with every token, then its near misses. */
export const findMatch = (
  content: Content,
  keys: readonly Key[],
  candidates: readonly SignatureCandidate[],
  clues: Clues,
): Attempt => {
  if (keys.length === 0) return { match: undefined, isUnchanged: false, tried: 0, isComplete: true };
  let tried = 0;
  for (const { signature, about } of candidates) {
    for (const key of keys) {
      tried += 1;
      if (!verifySignature(signingKey(key), signature, signedContent(content))) continue;
      const match = { causes: alteration(about), content, key };
      return { match, isUnchanged: about === undefined, tried, isComplete: true };
    }
  }
  let isComplete = true;
  for (const { signature, about } of candidates) {
    const found = search(content, keys, signature, clues);
    tried += found.tried;
    isComplete &&= found.isComplete;
    if (found.match === undefined) continue;
    const match = { ...found.match, causes: [...alteration(about), ...found.match.causes] };
    return { match, isUnchanged: false, tried, isComplete: true };
  }
  return { match: undefined, isUnchanged: false, tried, isComplete };
};
