import type { Params } from '../../../lambda/shared/payload/form';
import type { RouteName } from '../../../lambda/shared/contract/routes';
import type { Cause, CauseId } from '../findings/findings';
import type { UrlParts } from '../capture/url-parts';

/** Content that may have been signed. */
export interface Content {
  readonly url: UrlParts;
  readonly params: Params;
}

/** A near miss: other content, and the cause of the difference. */
export interface Variant {
  readonly causes: readonly Cause[];
  readonly content: Content;
  /** One of very many of its kind: never paired with another variant. */
  readonly aloneOnly?: boolean;
}

/** The parts of the request and the configuration that near misses vary. */
export interface Hints {
  readonly method: string;
  readonly body: Buffer;
  readonly route: RouteName;
  /** The URL of the capture; its missing parts are empty. */
  readonly captured: UrlParts;
  /** The captured address, and those that proxies recorded in headers. */
  readonly addresses: readonly Pick<UrlParts, 'scheme' | 'host' | 'port' | 'path'>[];
  /** The query of `--url`; undefined where it has none. */
  readonly configuredQuery: string | undefined;
  readonly hosts: readonly string[];
  readonly ports: readonly string[];
  /** `user:password` from headers and URLs. */
  readonly userinfos: readonly string[];
  readonly fragments: readonly string[];
  readonly stages: readonly string[];
  readonly accountSids: readonly string[];
}

export const withUrl = (content: Content, change: Partial<UrlParts>, ...causes: readonly Cause[]): Variant => ({
  causes,
  content: { ...content, url: { ...content.url, ...change } },
});

export const withParams = (content: Content, params: Params, id: CauseId, about?: string): Variant => ({
  causes: [{ id, about }],
  content: { ...content, params },
});

/**
 * Near misses of one kind, the likelier first. A variant may equal the content: it matches nothing new.
 * @param isPaired whether the content is a variant already, so that those for alone only need not be made
 */
export type VariantSource = (content: Content, hints: Hints, isPaired: boolean) => readonly Variant[];

/** A long number or hexadecimal text is more likely a value parsed as a name. */
const isNameShown = (name: string): boolean =>
  /^[A-Za-z][A-Za-z0-9_.-]{0,39}$/.test(name) && !/\d{5}|[0-9a-f]{16}/i.test(name);

/**
 * A parameter's name for the report. A body that is not a form may have been parsed as one: only what looks like a
 * name is shown.
 */
export const shownName = (name: string): string => (isNameShown(name) ? name : 'a parameter with an unusual name');

/** As `shownName` for several. */
export const shownNames = (names: readonly string[]): string => {
  const shown = [...new Set(names.map(shownName))];
  return shown.length > 12 ? `${shown.slice(0, 12).join(', ')} and ${shown.length - 12} more` : shown.join(', ');
};
