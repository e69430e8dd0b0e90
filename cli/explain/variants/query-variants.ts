import { parse, stringify } from 'node:querystring';
import type { Cause } from '../findings/findings';
import { shownName, type Content, type Variant, type VariantSource } from './variant';

const withQuery = (content: Content, query: string | undefined, cause: Cause, isRare = false): Variant => ({
  causes: [cause],
  content: { ...content, url: { ...content.url, query } },
  aloneOnly: isRare,
});

export const missingQueryVariants: VariantSource = (content, { configuredQuery }) => {
  const { query } = content.url;
  return [
    ...(configuredQuery === undefined || configuredQuery === query
      ? []
      : [
          withQuery(content, configuredQuery, { id: 'query-missing' }),
          ...(query === undefined
            ? []
            : [withQuery(content, `${configuredQuery}&${query}`, { id: 'query-missing' })]),
        ]),
    query === undefined
      ? withQuery(content, '', { id: 'query-mark' })
      : withQuery(content, undefined, { id: 'query-added' }),
  ];
};

/** All orders of a few things; the first is the given one. */
const orders = (items: readonly string[]): readonly (readonly string[])[] =>
  items.length <= 1
    ? [items]
    : items.flatMap((item, at) =>
        orders(items.filter((_, other) => other !== at)).map((rest) => [item, ...rest]),
      );

/** 5 parameters have 120 orders. */
const maxPermuted = 5;

export const queryOrderVariants: VariantSource = (content) => {
  const pairs = content.url.query?.split('&') ?? [];
  if (pairs.length < 2) return [];
  const nameOf = (pair: string) => pair.split('=')[0] ?? '';
  const likely = [
    [...pairs].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : nameOf(one) > nameOf(other) ? 1 : 0)),
    [...pairs].sort(),
    [...pairs].reverse(),
  ];
  const all = pairs.length <= maxPermuted ? orders(pairs) : [];
  return [
    ...likely.map((order) => withQuery(content, order.join('&'), { id: 'query-order' })),
    ...all.map((order) => withQuery(content, order.join('&'), { id: 'query-order' }, true)),
  ];
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

/** Ways in which a query is written, by what they are known for. */
const notations: readonly (readonly [about: string, write: (query: string) => string])[] = [
  ['an apostrophe as it is', (query) => unescaped(query, /^'$/)],
  ["' @ : and the like as they are", (query) => unescaped(query, /^[!'()*~@:/?,;|$[\]]$/)],
  ['nothing escaped', (query) => eachPart(query, decoded)],
  [
    'as encodeURIComponent writes it',
    (query) => eachPart(query, (part) => encodeURIComponent(decoded(part))),
  ],
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

export const queryEncodingVariants: VariantSource = (content) => {
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
  return Array.from(found, ([written, about]) =>
    withQuery(content, written, { id: 'query-encoding', about }),
  );
};

export const addedQueryParamVariants: VariantSource = (content) => {
  const pairs = content.url.query?.split('&') ?? [];
  if (pairs.length < 2) return [];
  return pairs.map((pair, at) =>
    withQuery(content, pairs.filter((_, other) => other !== at).join('&'), {
      id: 'query-param-added',
      about: shownName(decoded(pair.split('=')[0] ?? '')),
    }),
  );
};
