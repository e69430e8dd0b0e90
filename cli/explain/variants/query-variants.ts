import { parse, stringify } from 'node:querystring';
import type { CauseId } from '../findings/findings';
import { shownName, withUrl, type Content, type Variant, type VariantSource } from './variant';

const withQuery = (content: Content, query: string | undefined, id: CauseId, about?: string): Variant =>
  withUrl(content, { query }, { id, about });

const missingQueryVariants: VariantSource = (content, { configuredQuery }) => {
  const { query } = content.url;
  const configured =
    configuredQuery === undefined || configuredQuery === query
      ? []
      : [configuredQuery, ...(query === undefined ? [] : [`${configuredQuery}&${query}`])];
  return [
    ...configured.map((guess) => withQuery(content, guess, 'query-missing')),
    query === undefined ? withQuery(content, '', 'query-mark') : withQuery(content, undefined, 'query-added'),
  ];
};

/** Sorted and reversed only: the gateway itself tries every order of a few parameters. */
const queryOrderVariants: VariantSource = (content) => {
  const pairs = content.url.query?.split('&') ?? [];
  if (pairs.length < 2) return [];
  const nameOf = (pair: string) => pair.split('=')[0] ?? '';
  const byName = [...pairs].sort((one, other) =>
    nameOf(one) < nameOf(other) ? -1 : nameOf(one) > nameOf(other) ? 1 : 0,
  );
  return [byName, [...pairs].sort(), [...pairs].reverse()].map((order) =>
    withQuery(content, order.join('&'), 'query-order'),
  );
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
const unescaped = (query: string, characters: RegExp): string =>
  query.replace(/%[0-9a-f]{2}/gi, (escape) => (characters.test(decoded(escape)) ? decoded(escape) : escape));
const hexadecimal = (query: string, change: (escape: string) => string): string =>
  query.replace(/%[0-9a-f]{2}/gi, change);
const eachPart = (query: string, change: (part: string) => string): string =>
  query.replace(/[^&=]+/g, (part) => change(part.replaceAll('+', ' ')));
const strict = (part: string): string =>
  encodeURIComponent(decoded(part)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Ways to write the same query. */
const notations: readonly (readonly [about: string, write: (query: string) => string])[] = [
  ["' @ : and the like as they are", (query) => unescaped(query, /^[!'()*~@:/?,;|$[\]]$/)],
  ['nothing escaped', (query) => eachPart(query, decoded)],
  ['as encodeURIComponent writes it', (query) => eachPart(query, (part) => encodeURIComponent(decoded(part)))],
  ['everything escaped but letters, digits and -._~', (query) => eachPart(query, strict)],
  ['as a form', (query) => new URLSearchParams(query).toString()],
  ['as Node’s querystring writes it', (query) => stringify(parse(query))],
  ['escapes in small letters', (query) => hexadecimal(query, (escape) => escape.toLowerCase())],
  ['escapes in capital letters', (query) => hexadecimal(query, (escape) => escape.toUpperCase())],
  ['escaped once, not twice', (query) => query.replaceAll(/%25(?=[0-9a-f]{2})/gi, '%')],
  ['escaped twice', (query) => query.replaceAll('%', '%25')],
  ['& instead of &amp;', (query) => query.replaceAll('&amp;', '&')],
];
const spaces: readonly (readonly [about: string, write: (query: string) => string])[] = [
  ['', (query) => query],
  ['a space as %20', (query) => query.replace(/\+| /g, '%20')],
  ['a space as +', (query) => query.replace(/%20| /g, '+')],
];

const queryEncodingVariants: VariantSource = (content) => {
  const { query } = content.url;
  if (query === undefined || query === '') return [];
  const found = new Map<string, string>();
  for (const [aboutNotation, notation] of [['', (text: string) => text] as const, ...notations]) {
    for (const [aboutSpace, space] of spaces) {
      const written = space(notation(query));
      if (written === query || found.has(written)) continue;
      found.set(written, [aboutSpace, aboutNotation].filter(Boolean).join(', '));
    }
  }
  return Array.from(found, ([written, about]) => withQuery(content, written, 'query-encoding', about));
};

const addedQueryParamVariants: VariantSource = (content) => {
  const pairs = content.url.query?.split('&') ?? [];
  if (pairs.length < 2) return [];
  return pairs.map((pair, at) =>
    withQuery(
      content,
      pairs.filter((_, other) => other !== at).join('&'),
      'query-param-added',
      shownName(decoded(pair.split('=')[0] ?? '')),
    ),
  );
};

/** The query; the likelier first. */
export const queryStringVariants: readonly VariantSource[] = [
  missingQueryVariants,
  queryOrderVariants,
  queryEncodingVariants,
  addedQueryParamVariants,
];
