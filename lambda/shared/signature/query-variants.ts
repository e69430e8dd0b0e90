import { parseForm } from '../payload/form';

/**
 * The forms of a query that Twilio may have signed. Some products sign `'`, `@` and `:` as they are and send them
 * escaped, some write a space in one way and sign it in the other, and some sort parameters between signing and sending.
 * All forms parse to the same parameters, so none of them admits anything that was not signed. At most 41, the query as it
 * came first; nearly always there are fewer than four different ones.
 * @see https://github.com/twilio/twilio-node/issues/1059
 * @see https://github.com/twilio/twilio-php/issues/790
 */
export const queryVariants = (query: string): readonly string[] => [
  ...new Set([
    ...sortings.flatMap((sort) =>
      escapes.flatMap((escape) => spaces.map((space) => sort(space(escape(query))))),
    ),
    ...allOrders(query),
  ]),
];

type Rewrite = (query: string) => string;

const asIs: Rewrite = (query) => query;
const escapes: readonly Rewrite[] = [
  asIs,
  (query) => query.replaceAll('%27', "'"),
  (query) => query.replace(/%(?:27|40|3a)/gi, decodeURIComponent),
];
const spaces: readonly Rewrite[] = [
  asIs,
  (query) => query.replaceAll('+', '%20'),
  (query) => query.replaceAll('%20', '+'),
];
const nameOf = (pair: string): string => Object.keys(parseForm(pair))[0] ?? '';

/** Stable and by the decoded name, so that the values of a repeated name keep their order. */
const sorted: Rewrite = (query) =>
  query
    .split('&')
    .map((pair) => ({ pair, name: nameOf(pair) }))
    .sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0))
    .map(({ pair }) => pair)
    .join('&');
const sortings: readonly Rewrite[] = [asIs, sorted];

/** Four parameters have 24 orders. Configured URLs have few parameters; a webhook sent by GET has more. */
const maxReorderedParams = 4;

/** A query that Twilio sent sorted may have been signed in any order. None where there are too many, or where a name is repeated. */
const allOrders = (query: string): readonly string[] => {
  const pairs = query.split('&');
  const isReorderable =
    pairs.length <= maxReorderedParams && new Set(pairs.map(nameOf)).size === pairs.length;
  return isReorderable ? permutationsOf(pairs).map((order) => order.join('&')) : [];
};

const permutationsOf = (pairs: readonly string[]): readonly (readonly string[])[] =>
  pairs.length < 2
    ? [pairs]
    : pairs.flatMap((first, at) =>
        permutationsOf([...pairs.slice(0, at), ...pairs.slice(at + 1)]).map((rest) => [first, ...rest]),
      );
