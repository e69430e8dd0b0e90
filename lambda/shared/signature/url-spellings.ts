import { parse, stringify } from 'node:querystring';

/** The URL without and with a port: Twilio may sign either. */
const portSpellings = (url: string): readonly string[] => {
  const parts = /^([a-z][a-z0-9+.-]*:\/\/)((?:[^/?#]*@)?(?:\[[^\]]*\]|[^/?#:[\]]*))(:[^/?#]*)?(.*)$/is.exec(url);
  if (parts === null) return [url];
  const [, scheme = '', host = '', port, rest = ''] = parts;
  const defaultPort = scheme.toLowerCase() === 'https://' ? ':443' : ':80';
  return [`${scheme}${host}${rest}`, `${scheme}${host}${port ?? defaultPort}${rest}`];
};

const queryOf = (url: string): string => {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start);
};

const withLegacyQuery = (url: string): string => {
  const query = queryOf(url);
  return query.length < 2 ? url : url.slice(0, -query.length) + '?' + stringify(parse(query.slice(1)));
};

/**
 * The spellings of a URL that Twilio's validator tries: as given, as `new URL()` serializes it, and with its query as
 * Node's legacy `querystring` serializes it.
 */
const urlSpellings = (url: string): readonly string[] => {
  const written = new URL(url).href;
  return [url, written, withLegacyQuery(written)];
};

/** A URL that Twilio may have signed. */
interface UrlSpelling {
  readonly url: string;
  /** The same URL with the configured base, whether a port was signed or not. */
  readonly withConfiguredBase: string;
}

/** All spellings of a URL, without duplicates. A URL that does not parse has none. */
const findSpellings = (url: string): readonly UrlSpelling[] => {
  if (!URL.canParse(url)) return [];
  const base = url.slice(0, url.length - queryOf(url).length);
  const spellings = new Map<string, UrlSpelling>();
  for (const form of urlSpellings(url)) {
    for (const spelling of portSpellings(form)) {
      if (spellings.has(spelling)) continue;
      spellings.set(spelling, { url: spelling, withConfiguredBase: base + queryOf(form) });
    }
  }
  return [...spellings.values()];
};

/** A function has one URL for each route. */
const maxKnownUrls = 20;
const spellingsOfKnownUrls = new Map<string, readonly UrlSpelling[]>();

/** Remembers the spellings of a URL without query, which is configured: only a query comes with the request. */
export const spellingsOf = (url: string): readonly UrlSpelling[] => {
  if (url.includes('?')) return findSpellings(url);
  const known = spellingsOfKnownUrls.get(url);
  if (known !== undefined) return known;
  const spellings = findSpellings(url);
  if (spellingsOfKnownUrls.size < maxKnownUrls) spellingsOfKnownUrls.set(url, spellings);
  return spellings;
};
