import { sign, verifySignature, type SignedContent } from '../../../lambda/shared/signature/signature';
import {
  fragmentVariants,
  hostVariants,
  pathCaseVariants,
  portVariants,
  routeVariants,
  schemeVariants,
  seenAddressVariants,
  slashVariants,
  stageVariants,
  userinfoVariants,
} from './address-variants';
import type { Cause } from '../findings/findings';
import type { Key } from '../gateway/keys';
import {
  base64Variants,
  jsonVariants,
  methodVariants,
  missingHashVariants,
  unsignedBodyVariants,
} from './mode-variants';
import {
  addedEmptyVariants,
  addedParamVariants,
  droppedEmptyVariants,
  droppedParamVariants,
  nullVariants,
  repeatVariants,
} from './param-set-variants';
import {
  addedQueryParamVariants,
  missingQueryVariants,
  queryEncodingVariants,
  queryOrderVariants,
} from './query-variants';
import { rereadFormVariants, rewrittenTextVariants, whiteSpaceVariants } from './text-variants';
import { joinUrl } from '../capture/url-parts';
import type { Clues, Content, Variant, VariantSource } from './variant';

/**
 * All kinds of near misses, the likelier first. Together with another, a kind is applied after those before it: what re-reads
 * the body comes before what changes single parameters.
 */
const sources: readonly VariantSource[] = [
  slashVariants,
  schemeVariants,
  stageVariants,
  userinfoVariants,
  fragmentVariants,
  portVariants,
  seenAddressVariants,
  hostVariants,
  routeVariants,
  pathCaseVariants,
  missingQueryVariants,
  queryOrderVariants,
  queryEncodingVariants,
  addedQueryParamVariants,
  base64Variants,
  jsonVariants,
  missingHashVariants,
  unsignedBodyVariants,
  methodVariants,
  rereadFormVariants,
  rewrittenTextVariants,
  whiteSpaceVariants,
  addedEmptyVariants,
  nullVariants,
  droppedEmptyVariants,
  droppedParamVariants,
  addedParamVariants,
  repeatVariants,
];

/** Where a search ends. */
export interface SearchLimits {
  /** Signatures tried. */
  readonly tried: number;
  /** Bytes signed. */
  readonly work: number;
}
/** One or two seconds. */
export const usualLimits: SearchLimits = { tried: 40_000, work: 500_000_000 };
/** Copying, sorting and joining a parameter takes as long as signing so many bytes. */
const bytesPerParam = 240;
/** Twilio's validator tries six forms of a URL. */
const lenientFactor = 6;

export interface SearchResult {
  readonly match:
    { readonly causes: readonly Cause[]; readonly content: Content; readonly key: Key } | undefined;
  readonly tried: number;
  /** False where the limits ended the search. */
  readonly isComplete: boolean;
}

export const signedContent = ({ url, params }: Content): SignedContent => ({ url: joinUrl(url), params });

const workOf = ({ url, params }: SignedContent): number =>
  Object.entries(params).reduce(
    (sum, [name, value]) => sum + name.length + [value].flat().join('').length + bytesPerParam,
    url.length,
  );

const fits: typeof verifySignature = (key, signature, content) => sign(key, content) === signature;

/**
 * Looks for the near miss that fits a signature: each alone, then two at once. The likely ones alone are compared as
 * leniently as the gateway verifies, the many others exactly.
 * @param content what the gateway would verify
 * @param keys of the signature's algorithm
 */
export const search = (
  content: Content,
  keys: readonly Key[],
  signature: string,
  clues: Clues,
  limits: SearchLimits,
): SearchResult => {
  let tried = 0;
  let work = 0;
  const isSpent = (cost: number): boolean => {
    tried += 1;
    work += cost;
    return tried > limits.tried || work > limits.work;
  };
  const singles: (Variant & { readonly source: number })[] = [];
  for (const [source, variants] of sources.entries()) {
    for (const variant of variants(content, clues)) {
      const candidate = signedContent(variant.content);
      const isRare = variant.aloneOnly === true;
      const cost = workOf(candidate) * (isRare ? 1 : lenientFactor);
      for (const key of keys) {
        if (isSpent(cost)) return { match: undefined, tried: tried - 1, isComplete: false };
        if ((isRare ? fits : verifySignature)(key, signature, candidate)) {
          return { match: { ...variant, key }, tried, isComplete: true };
        }
      }
      if (!isRare) singles.push({ ...variant, source });
    }
  }
  for (const { causes, content: changed, source: first } of singles) {
    for (const variants of sources.slice(first + 1)) {
      for (const second of variants(changed, clues)) {
        if (second.aloneOnly === true) continue;
        const candidate = signedContent(second.content);
        const cost = workOf(candidate);
        for (const key of keys) {
          if (isSpent(cost)) return { match: undefined, tried: tried - 1, isComplete: false };
          if (fits(key, signature, candidate)) {
            return {
              match: { ...second, causes: [...causes, ...second.causes], key },
              tried,
              isComplete: true,
            };
          }
        }
      }
    }
  }
  return { match: undefined, tried, isComplete: true };
};
