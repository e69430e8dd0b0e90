import type { Params } from '../../../lambda/shared/payload/form';
import type { RouteName } from '../../../lambda/shared/contract/routes';
import type { Cause } from '../findings/findings';
import type { UrlParts } from '../capture/url-parts';

/** What may have been signed. */
export interface Content {
  readonly url: UrlParts;
  readonly params: Params;
}

/** A near miss: other content, and what would have caused it. */
export interface Variant {
  readonly causes: readonly Cause[];
  readonly content: Content;
  /** One of very many of its kind: tried alone, not together with others. */
  readonly aloneOnly?: boolean;
}

/** What the request and the configuration offer to guess with. */
export interface Clues {
  readonly method: string;
  readonly body: Buffer;
  readonly route: RouteName;
  /** The URL of the capture; parts that it does not say are empty. */
  readonly captured: UrlParts;
  /** Whole addresses under which the request was seen: the captured one, and those that proxies noted. */
  readonly addresses: readonly Pick<UrlParts, 'scheme' | 'host' | 'port' | 'path'>[];
  /** The query of `--url`; undefined where it has none. */
  readonly configuredQuery: string | undefined;
  readonly hosts: readonly string[];
  readonly ports: readonly string[];
  /** `user:password` as headers and URLs give it. */
  readonly userinfos: readonly string[];
  readonly fragments: readonly string[];
  readonly stages: readonly string[];
  readonly accountSids: readonly string[];
}

/** Near misses of one kind, the likelier first. Variants that equal the content are allowed: they match nothing new. */
export type VariantSource = (content: Content, clues: Clues) => readonly Variant[];

/** A long number or hexadecimal text is more likely a value that ended up as a name. */
const isNameShown = (name: string): boolean =>
  /^[A-Za-z][A-Za-z0-9_.-]{0,39}$/.test(name) && !/\d{5}|[0-9a-f]{16}/i.test(name);

/** A parameter's name for people. A body that is no form can end up as one, so only what looks like a name is shown. */
export const shownName = (name: string): string =>
  isNameShown(name) ? name : 'a parameter with an unusual name';

/** As `shownName` for several. */
export const shownNames = (names: readonly string[]): string => {
  const shown = [...new Set(names.map(shownName))];
  return shown.length > 12
    ? `${shown.slice(0, 12).join(', ')} and ${shown.length - 12} more`
    : shown.join(', ');
};
