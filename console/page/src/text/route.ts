/** The screen that the URL's hash names, such as `#/message/SM0123?account=AC0123`. */
export interface Route {
  readonly screen: string;
  /** The rest of the path: an id, or empty. */
  readonly id: string;
  readonly params: Readonly<Record<string, string>>;
}

export type RouteParams = Readonly<Record<string, string | null | undefined>>;

const defaultScreen = 'inbox';

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** `a=1&b=2` as an object. The last value of a repeated name is used. */
const readParams = (query: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const at = pair.includes('=') ? pair.indexOf('=') : pair.length;
        return [decode(pair.slice(0, at)), decode(pair.slice(at + 1).replaceAll('+', ' '))];
      }),
  );

export const parseRoute = (hash: string): Route => {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const [screen = '', ...rest] = path.split('/');
  return {
    screen: screen === '' ? defaultScreen : decode(screen),
    id: decode(rest.join('/')),
    params: readParams(query),
  };
};

/** Parameters as a query, without those that are empty. */
export const formatParams = (params: RouteParams): string =>
  Object.entries(params)
    .flatMap(([name, value]) =>
      value === null || value === undefined || value === '' ? [] : [`${name}=${encodeURIComponent(value)}`],
    )
    .join('&');

/** The hash of a screen, for a link. */
export const hrefOf = (screen: string, id = '', params: RouteParams = {}): string => {
  const query = formatParams(params);
  return `#/${screen}${id === '' ? '' : `/${encodeURIComponent(id)}`}${query === '' ? '' : `?${query}`}`;
};
