import { parseForm } from '../payload/form';

/**
 * The spellings of a query that Twilio may have signed, at most 41, the received one first; nearly always there are
 * fewer than four. Some products sign `'`, `@` and `:` unescaped and send them escaped, some sign a space as `+` and
 * send `%20` or the reverse, and some sort the parameters between signing and sending. All spellings parse to the same
 * parameters, so none of them accepts anything that was not signed.
 * @see https://github.com/twilio/twilio-node/issues/1059
 * @see https://github.com/twilio/twilio-php/issues/790
 */
export const queryVariants = (query: string): readonly string[] => {
  // Nearly always one: to sort the parameters costs most.
  const rewritten = new Set(escapes.flatMap((escape) => spaces.map((space) => space(escape(query)))));
  return [...new Set([...rewritten, ...[...rewritten].map(sorted), ...allOrders(query)])];
};

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

/** A stable sort by decoded name: the values of a repeated name keep their order. */
const sorted: Rewrite = (query) =>
  query
    .split('&')
    .map((pair) => ({ pair, name: nameOf(pair) }))
    .sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0))
    .map(({ pair }) => pair)
    .join('&');

/** Four parameters have 24 orders. A configured URL has few parameters; a webhook sent by GET has more. */
const maxReorderedParams = 4;

/** Twilio may have signed a query in another order than it sent. Empty for too many parameters, or a repeated name. */
const allOrders = (query: string): readonly string[] => {
  const pairs = query.split('&');
  const isReorderable = pairs.length <= maxReorderedParams && new Set(pairs.map(nameOf)).size === pairs.length;
  return isReorderable ? permutationsOf(pairs).map((order) => order.join('&')) : [];
};

const permutationsOf = (pairs: readonly string[]): readonly (readonly string[])[] =>
  pairs.length < 2
    ? [pairs]
    : pairs.flatMap((first, at) =>
        permutationsOf([...pairs.slice(0, at), ...pairs.slice(at + 1)]).map((rest) => [first, ...rest]),
      );
