import { parseForm } from '../form';

/**
 * The forms of a GET's query that Twilio may have signed. Some products sign `'`, `@` and `:` as they are and send them
 * escaped, some write a space in one way and sign it in the other, and some sort parameters between signing and sending.
 * All forms parse to the same parameters, so none of them admits anything that was not signed. At most 18, the query as it
 * came first; nearly always there are fewer than four different ones.
 * @see https://github.com/twilio/twilio-node/issues/1059
 */
export const queryVariants = (query: string): readonly string[] => [
  ...new Set(
    orders.flatMap((order) =>
      escapes.flatMap((escape) => spaces.map((space) => order(space(escape(query))))),
    ),
  ),
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
/** Stable and by the decoded name, so that the values of a repeated name keep their order. */
const sorted: Rewrite = (query) =>
  query
    .split('&')
    .map((pair) => ({ pair, name: Object.keys(parseForm(pair))[0] ?? '' }))
    .sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0))
    .map(({ pair }) => pair)
    .join('&');
const orders: readonly Rewrite[] = [asIs, sorted];
