import { sign, verifySignature, type SignedContent } from '../../../lambda/shared/signature/signature';
import { joinUrl } from '../capture/url-parts';
import type { Cause } from '../findings/findings';
import type { Key } from '../gateway/keys';
import { addressVariants } from './address-variants';
import { bodyFormatVariants } from './body-format-variants';
import { paramSetVariants } from './param-set-variants';
import { queryStringVariants } from './query-variants';
import { textVariants } from './text-variants';
import type { Content, Hints, Variant, VariantSource } from './variant';

/**
 * Likelier sources first. In a pair, the earlier source is applied first: a source that reparses the body precedes
 * those that change single parameters.
 */
const sources: readonly VariantSource[] = [
  ...addressVariants,
  ...queryStringVariants,
  ...bodyFormatVariants,
  ...textVariants,
  ...paramSetVariants,
];

/** The limits of a search. */
export interface SearchLimits {
  /** Signatures compared. */
  readonly tried: number;
  /** Bytes signed. */
  readonly work: number;
}
/** One or two seconds. */
export const usualLimits: SearchLimits = { tried: 40_000, work: 500_000_000 };
/** Copying, sorting and joining a parameter takes as long as signing this many bytes. */
const bytesPerParam = 240;
/** Twilio's validator tries six forms of a URL. */
const lenientFactor = 6;

/** The signed text, its key, and how it differs from the request. */
export interface Match {
  readonly causes: readonly Cause[];
  readonly content: Content;
  readonly key: Key;
}

export interface SearchResult {
  readonly match: Match | undefined;
  /** Signatures compared. */
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

const verifyExactly: typeof verifySignature = (key, signature, content) => sign(key, content) === signature;

interface NearMiss extends Variant {
  /** Compared as leniently as the gateway verifies; the many others are compared exactly. */
  readonly isLenient: boolean;
}

/** Each variant alone, then two at once. */
function* nearMisses(content: Content, hints: Hints): Generator<NearMiss> {
  const combinable: (Variant & { readonly nextSource: number })[] = [];
  for (const [at, variantsOf] of sources.entries()) {
    for (const variant of variantsOf(content, hints, false)) {
      const isLenient = variant.aloneOnly !== true;
      yield { ...variant, isLenient };
      if (isLenient) combinable.push({ ...variant, nextSource: at + 1 });
    }
  }
  for (const { causes, content: changed, nextSource } of combinable) {
    for (const variantsOf of sources.slice(nextSource)) {
      for (const second of variantsOf(changed, hints, true)) {
        if (second.aloneOnly === true) continue;
        yield { ...second, causes: [...causes, ...second.causes], isLenient: false };
      }
    }
  }
}

/**
 * Searches for the near miss that matches a signature.
 * @param content what the gateway would verify
 * @param keys of the signature's algorithm
 */
export const search = (
  content: Content,
  keys: readonly Key[],
  signature: string,
  hints: Hints,
  limits: SearchLimits,
): SearchResult => {
  let tried = 0;
  let work = 0;
  for (const { causes, content: signed, isLenient } of nearMisses(content, hints)) {
    const candidate = signedContent(signed);
    const cost = workOf(candidate) * (isLenient ? lenientFactor : 1);
    const verify = isLenient ? verifySignature : verifyExactly;
    for (const key of keys) {
      if (tried >= limits.tried || work + cost > limits.work) {
        return { match: undefined, tried, isComplete: false };
      }
      tried += 1;
      work += cost;
      if (verify(key, signature, candidate)) {
        return { match: { causes, content: signed, key }, tried, isComplete: true };
      }
    }
  }
  return { match: undefined, tried, isComplete: true };
};
