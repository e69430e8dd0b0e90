/**
 * Twilio signs a text without boundaries: the URL, then each name before its values. Whoever has captured one signed
 * request can cut that text elsewhere: move the ends of names and values, move text between query and form, repeat
 * values, change orders and percent-encodings. These functions make such cuts, without the gateway's own code.
 */

/** What of a request Twilio's signature binds, and how it is sent. */
export interface WireRequest {
  readonly method: 'GET' | 'POST';
  /** Verbatim, without `?`. */
  readonly query: string;
  /** Undefined: no such header. */
  readonly contentType: string | undefined;
  readonly body: string;
}

type Pair = readonly [name: string, value: string];

/** `query` is undefined where the URL has no `?`. */
interface Shape {
  readonly query: string | undefined;
  readonly pairs: readonly Pair[];
}

/** A whole number from 0 up to, but not including, `below`. */
export type Choose = (below: number) => number;

/** Chooses by numbers that a property test has drawn; 0 when there are no more. */
export const chooseBy = (numbers: readonly number[]): Choose => {
  let at = 0;
  return (below) => (below < 2 ? 0 : (numbers[at++] ?? 0) % below);
};

const formType = 'application/x-www-form-urlencoded';

const byName = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** The signed text after the URL's path. */
const textOf = ({ query, pairs }: Shape): string => {
  const names = [...new Set(pairs.map(([name]) => name))].sort(byName);
  const valuesOf = (name: string) =>
    [...new Set(pairs.filter(([other]) => other === name).map(([, value]) => value))].sort(byName);
  const params = names.flatMap((name) => valuesOf(name).map((value) => name + value)).join('');
  return (query === undefined ? '' : `?${query}`) + params;
};

/** Characters that a URL may hold as they are. */
const isSendable = (query: string | undefined): boolean =>
  query === undefined || /^[\w.~!$&'()*+,;:@/?%=-]+$/.test(query);

/** The genuine request as a shape: of a GET or of JSON only the URL is signed. */
const shapeOf = ({ method, query, contentType, body }: WireRequest): Shape => ({
  query: query === '' ? undefined : query,
  pairs: method === 'POST' && contentType === formType ? [...new URLSearchParams(body)] : [],
});

const sortPairs = ({ query, pairs }: Shape): Shape => ({
  query,
  pairs: [...pairs].sort(([one], [other]) => byName(one, other)),
});

type Move = (shape: Shape, choose: Choose) => Shape;

const replaced = ({ query, pairs }: Shape, at: number, count: number, ...by: readonly Pair[]): Shape => ({
  query,
  pairs: [...pairs.slice(0, at), ...by, ...pairs.slice(at + count)],
});

const split = (text: string, choose: Choose): Pair => {
  const end = choose(text.length + 1);
  return [text.slice(0, end), text.slice(end)];
};

const moves: readonly Move[] = [
  // Where a name ends.
  (shape, choose) => {
    const at = choose(shape.pairs.length);
    return replaced(shape, at, 1, split((shape.pairs[at] ?? []).join(''), choose));
  },
  // A parameter becomes a part of the value before it.
  (shape, choose) => {
    const at = choose(shape.pairs.length - 1);
    const [name = '', ...rest] = shape.pairs.slice(at, at + 2).flat();
    return replaced(shape, at, 2, [name, rest.join('')]);
  },
  // A parameter is cut out of another one.
  (shape, choose) => {
    const at = choose(shape.pairs.length);
    const [first, second] = split((shape.pairs[at] ?? []).join(''), choose);
    return replaced(shape, at, 1, split(first, choose), split(second, choose));
  },
  // The end of the query becomes a parameter, or the whole of it with its `?`.
  ({ query, pairs }, choose) => {
    const text = `?${query ?? ''}`;
    const end = choose(text.length);
    const rest = text.slice(end);
    return { query: end < 2 ? undefined : text.slice(1, end), pairs: [split(rest, choose), ...pairs] };
  },
  // The same, in front of the first parameter's name.
  ({ query, pairs: [first, ...others] }, choose) => {
    const text = `?${query ?? ''}`;
    const end = choose(text.length);
    return {
      query: end < 2 ? undefined : text.slice(1, end),
      pairs: [split(text.slice(end) + (first ?? []).join(''), choose), ...others],
    };
  },
  // The first parameters become the end of the query.
  ({ query, pairs }, choose) => {
    const count = choose(pairs.length) + 1;
    const [taken, left] = split(pairs.slice(0, count).flat().join(''), choose);
    return {
      query: (query ?? '') + taken,
      pairs: left === '' ? pairs.slice(count) : [split(left, choose), ...pairs.slice(count)],
    };
  },
  // All of it in one parameter.
  ({ query, pairs }, choose) => ({ query, pairs: [split(pairs.flat().join(''), choose)] }),
];

const percent = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

const encodings: readonly ((text: string) => string)[] = [
  (text) => new URLSearchParams([['', text]]).toString().slice(1),
  (text) => encodeURIComponent(text),
  percent,
];

const shuffled = <T>(values: readonly T[], choose: Choose): readonly T[] => {
  const left = [...values];
  return values.flatMap(() => left.splice(choose(left.length), 1));
};

/** Writes a shape in one of the many ways that have the same signature. */
const present = (shape: Shape, genuine: WireRequest, choose: Choose): WireRequest => {
  const { query, pairs } = shape;
  const repeated = pairs.filter(() => choose(8) === 1);
  const encode = encodings[choose(encodings.length)] ?? encodeURIComponent;
  const body = shuffled([...pairs, ...repeated], choose)
    .map(([name, value]) => (value === '' && choose(2) === 1 ? encode(name) : `${encode(name)}=${encode(value)}`))
    .join('&');
  const asSent = { query: query ?? '', body, contentType: formType, method: 'POST' } as const;
  if (pairs.length > 0) return asSent;
  const withoutForm: readonly WireRequest[] = [
    asSent,
    { ...asSent, contentType: undefined },
    { ...asSent, method: 'GET', contentType: undefined },
    { ...genuine, query: asSent.query },
    ...['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'].map(
      (contentType): WireRequest => ({ ...asSent, contentType, body: genuine.body }),
    ),
  ];
  return withoutForm[choose(withoutForm.length)] ?? asSent;
};

/** The query in another order or another percent-encoding; Twilio's own variants make some of them verify. */
const respelled = (query: string, choose: Choose): string => {
  switch (choose(5)) {
    case 1:
      return shuffled(query.split('&'), choose).join('&');
    case 2:
      return query.replace(/[a-z]/, percent);
    case 3:
      return query.replaceAll('+', '%20');
    case 4:
      return query.replaceAll('%20', '+');
    default:
      return query;
  }
};

/** Another request of the same signed text; now and then the genuine one itself. */
export const cutOf = (genuine: WireRequest, choose: Choose): WireRequest => {
  const original = sortPairs(shapeOf(genuine));
  const text = textOf(original);
  let shape = original;
  for (let move = 0, count = choose(5); move < count; move += 1) {
    const candidate = sortPairs((moves[choose(moves.length)] ?? ((same: Shape) => same))(shape, choose));
    if (textOf(candidate) === text && isSendable(candidate.query)) shape = candidate;
  }
  const request = present(shape, genuine, choose);
  return { ...request, query: respelled(request.query, choose) };
};
