import type { Resource } from './state';

/** What the double answers: a status and, but for 204, JSON. */
export interface ApiAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** An error in Twilio's own form. */
export const apiError = (status: number, code: number, message: string): ApiAnswer => ({
  status,
  body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
});

export const notFound = (): ApiAnswer => apiError(404, 20404, 'The requested resource was not found');
export const authenticationError = (): ApiAnswer => apiError(401, 20003, 'Authenticate');

const defaultPageSize = 50;

interface Paged {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly items: readonly unknown[];
}

/** The SID that a page of the 2010 API begins after, so that items which arrive between two pages repeat none. */
const sidOf = (item: unknown): string =>
  typeof item === 'object' && item !== null && 'sid' in item && typeof item.sid === 'string' ? item.sid : '';

const page = ({ path, query, items }: Paged) => {
  const size = Number(query.get('PageSize') ?? defaultPageSize);
  const number = Number(query.get('Page') ?? 0);
  const begin = items.findIndex((item) => `PA${sidOf(item)}` === query.get('PageToken')) + 1;
  const start = begin > 0 ? begin : number * size;
  const uri = (at: number, token = '') => {
    const next = new URLSearchParams(query);
    next.set('PageSize', String(size));
    next.set('Page', String(at));
    if (token !== '') next.set('PageToken', token);
    return `${path}?${next.toString()}`;
  };
  return {
    shown: items.slice(start, start + size),
    size,
    number,
    start,
    first: uri(0),
    own: uri(number),
    next: start + size < items.length ? uri(number + 1, `PA${sidOf(items[start + size - 1]) || number + 1}`) : null,
    previous: number > 0 ? uri(number - 1, `PB${number - 1}`) : null,
  };
};

/** A list of the 2010 API. */
export const list2010 = (name: string, paged: Paged): ApiAnswer => {
  const { shown, size, number, start, first, own, next, previous } = page(paged);
  return {
    status: 200,
    body: {
      [name]: shown,
      page: number,
      page_size: size,
      start,
      end: Math.max(start, start + shown.length - 1),
      uri: own,
      first_page_uri: first,
      next_page_uri: next,
      previous_page_uri: previous,
    },
  };
};

/** A list of the newer APIs. */
export const listV1 = (name: string, origin: string, paged: Paged): ApiAnswer => {
  const { shown, size, number, first, own, next, previous } = page(paged);
  const absolute = (uri: string | null) => (uri === null ? null : `${origin}${uri}`);
  return {
    status: 200,
    body: {
      [name]: shown,
      meta: {
        key: name,
        page: number,
        page_size: size,
        url: absolute(own),
        first_page_url: absolute(first),
        next_page_url: absolute(next),
        previous_page_url: absolute(previous),
      },
    },
  };
};

const snakeCase = (name: string): string => name.replace(/(?<!^)([A-Z])/g, '_$1').toLowerCase();

/** Applies the parameters of a form to a resource, as Twilio names both. */
export const applyForm = (resource: Resource, form: Readonly<Record<string, unknown>>): void => {
  for (const [name, value] of Object.entries(form)) resource[snakeCase(name)] = value;
};
