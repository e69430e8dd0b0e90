import { apiError, type ApiAnswer } from '../api-error';

/** Newest first. */
export interface ListOf<Item extends { readonly sid: string }> {
  /** Its key in the answer, such as `messages`. */
  readonly name: string;
  readonly items: readonly Item[];
  readonly show: (item: Item) => object;
}

const defaultPageSize = 50;
const maxPageSize = 1000;

/**
 * One page of a list of the 2010 API. As at Twilio, a page begins after an item and not at a number, so that items
 * which arrive between two requests neither move nor repeat others; `Page` only counts.
 */
export const listPage = <Item extends { readonly sid: string }>(
  { name, items, show }: ListOf<Item>,
  url: URL,
  maxSize = maxPageSize,
): ApiAnswer => {
  const query = url.searchParams;
  const whole = (parameter: string, fallback: number): number =>
    /^\d{1,9}$/.test(query.get(parameter) ?? '') ? Number(query.get(parameter)) : fallback;
  const size = Math.min(Math.max(whole('PageSize', defaultPageSize), 1), maxSize);
  const token = query.get('PageToken');
  const begin = token === null ? 0 : beginOf(items, token, size);
  if (begin === undefined) return apiError(400, 20001, 'Invalid page token');
  const shown = items.slice(begin, begin + size);
  const page = token === null ? 0 : whole('Page', 0);
  const uri = (number: number, pageToken?: string): string => {
    const next = new URLSearchParams(query);
    next.set('PageSize', String(size));
    next.set('Page', String(number));
    next.delete('PageToken');
    if (pageToken !== undefined) next.set('PageToken', pageToken);
    return `${url.pathname.replace('/api.twilio.com', '')}?${next.toString()}`;
  };
  return {
    status: 200,
    body: {
      [name]: shown.map(show),
      page,
      page_size: size,
      start: page * size,
      end: Math.max(page * size, page * size + shown.length - 1),
      uri: uri(page, token ?? undefined),
      first_page_uri: uri(0),
      next_page_uri: begin + size < items.length ? uri(page + 1, `PA${shown.at(-1)?.sid ?? ''}`) : null,
      previous_page_uri: begin > 0 ? uri(Math.max(page - 1, 0), `PB${shown[0]?.sid ?? ''}`) : null,
    },
  };
};

/** `PA` and a SID is the page after it, `PB` the page before it. */
const beginOf = (items: readonly { readonly sid: string }[], token: string, size: number): number | undefined => {
  const at = items.findIndex(({ sid }) => sid === token.slice(2));
  if (at === -1) return undefined;
  if (token.startsWith('PA')) return at + 1;
  return token.startsWith('PB') ? Math.max(at - size, 0) : undefined;
};
