/** The parts of a URL, byte for byte: `new URL()` would normalize them. Empty means absent. */
export interface UrlParts {
  readonly scheme: string;
  /** Without `@`. */
  readonly userinfo: string;
  readonly host: string;
  readonly port: string;
  readonly path: string;
  /** Without `?`; undefined where there is no `?` at all. */
  readonly query: string | undefined;
  /** Without `#`. */
  readonly fragment: string;
}

const origin = /(?:([a-z][a-z0-9+.-]*):\/\/(?:([^/?#]*)@)?(\[[^\]/?#]*\]|[^:/?#]*)(?::(\d*))?)?/;
const pathAndRest = /([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?/;
const form = new RegExp(`^${origin.source}${pathAndRest.source}$`, 'i');

/** Splits an absolute URL, or one that starts with its path; undefined for anything else. */
export const splitUrl = (url: string): UrlParts | undefined => {
  const match = form.exec(url);
  if (match === null) return undefined;
  const [, scheme = '', userinfo = '', host = '', port = '', path = '', query, fragment = ''] = match;
  if (path !== '' && !path.startsWith('/')) return undefined;
  return { scheme, userinfo, host, port, path, query, fragment };
};

/** The opposite of `splitUrl`. */
export const joinUrl = ({ scheme, userinfo, host, port, path, query, fragment }: UrlParts): string =>
  (scheme === '' ? '' : `${scheme}://`) +
  (userinfo === '' ? '' : `${userinfo}@`) +
  host +
  (port === '' ? '' : `:${port}`) +
  path +
  (query === undefined ? '' : `?${query}`) +
  (fragment === '' ? '' : `#${fragment}`);

/** Scheme, host, port and path. The query and user information may contain secrets and are not shown. */
export const addressOf = (parts: UrlParts): string =>
  joinUrl({ ...parts, userinfo: '', query: undefined, fragment: '' });

/** A host or a part of a path, if it is safe to show: it may come from the captured request. */
export const shownPart = (text: string): string => (/^[A-Za-z0-9.:[\]$_-]{1,80}$/.test(text) ? text : 'another one');
