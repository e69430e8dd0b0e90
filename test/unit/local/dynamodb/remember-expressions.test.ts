import { createRequire } from 'node:module';
import fc from 'fast-check';

interface Context {
  readonly attrNames?: Readonly<Record<string, string>>;
  readonly attrVals?: Readonly<Record<string, unknown>>;
  readonly unusedAttrNames: Record<string, true>;
  readonly unusedAttrVals: Record<string, true>;
  readonly isReserved: (name: string) => boolean;
  readonly compare: (...args: readonly unknown[]) => boolean;
}
interface Parser {
  parse: (expression: string, options: { readonly context: Context }) => unknown;
}

const load = createRequire(__filename);
const { rememberExpressions } = load('../../../../local/dynamodb/remember-expressions.cjs') as {
  readonly rememberExpressions: (parser: Parser) => void;
};
const { compare } = load('dynalite/db') as Pick<Context, 'compare'>;
const parsers = {
  update: load('dynalite/db/updateParser') as Parser,
  condition: load('dynalite/db/conditionParser') as Parser,
};
type Kind = keyof typeof parsers;

const names = { '#a': 'a', '#b': 'status', '#c': 'c' };
const expressions: readonly (readonly [Kind, string])[] = [
  ['update', 'SET #a = :x, #b = if_not_exists(#b, :y) REMOVE #c'],
  ['update', 'SET #a = #b + :x ADD #c :y'],
  ['update', 'SET #a.#b[3] = list_append(:x, #c) DELETE plain :y'],
  ['update', 'SET #a = :x, #a = :y'],
  ['update', 'SET #a = :absent'],
  ['update', 'SET status = :x'],
  ['update', 'SET #a = :x SET'],
  ['condition', 'attribute_not_exists(#a) OR #b < :x AND NOT #c = :y'],
  ['condition', '#a IN (:x, :y) OR size(#b) > :x'],
  ['condition', '#a BETWEEN :x AND :y'],
  ['condition', 'attribute_type(#a, :x)'],
  ['condition', 'contains(#a.#b, :x) AND begins_with(#c, :y)'],
  ['condition', '((#a = :x))'],
  ['condition', 'size(#absent) = :x'],
];

const attribute = fc.oneof(
  fc.record({ S: fc.string() }),
  fc.record({ N: fc.integer().map(String) }),
  fc.record({ BOOL: fc.boolean() }),
  fc.record({ SS: fc.array(fc.string(), { minLength: 1 }) }),
  fc.record({ L: fc.array(fc.record({ S: fc.string() })) }),
);

const usesOf = (object: object | undefined) =>
  Object.fromEntries(Object.keys(object ?? {}).map((name) => [name, true]));

/** The result or the error, and what no expression has used. */
const outcomeOf = (
  parse: Parser['parse'],
  expression: string,
  given: Pick<Context, 'attrNames' | 'attrVals'>,
): unknown => {
  const context = {
    ...given,
    unusedAttrNames: usesOf(given.attrNames) as Record<string, true>,
    unusedAttrVals: usesOf(given.attrVals) as Record<string, true>,
    isReserved: (name: string) => name.toUpperCase() === 'STATUS',
    compare,
  };
  try {
    return { parsed: parse(expression, { context }), ...unusedOf(context) };
  } catch (error) {
    return { error: String(error) };
  }
};

const unusedOf = ({ unusedAttrNames, unusedAttrVals }: Context) => ({ unusedAttrNames, unusedAttrVals });

describe.each(expressions)('a remembered %s expression: %s', (kind, expression) => {
  test('is what dynalite parses, with the values of each request', () => {
    const original = parsers[kind].parse;
    const remembering: Parser = { parse: original };
    rememberExpressions(remembering);
    fc.assert(
      fc.property(attribute, attribute, fc.boolean(), (x, y, isExtraGiven) => {
        const given = () => ({
          attrNames: names,
          attrVals: structuredClone({ ':x': x, ':y': y, ...(isExtraGiven && { ':extra': x }) }),
        });
        const expected = outcomeOf(original, expression, given());
        expect(outcomeOf(remembering.parse, expression, given())).toEqual(expected);
        expect(outcomeOf(remembering.parse, expression, given())).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

test('a request that changes its parsed expression does not change that of the next one', () => {
  const remembering: Parser = { parse: parsers.update.parse };
  rememberExpressions(remembering);
  const parse = () =>
    remembering.parse('SET #a = :x', {
      context: {
        attrNames: names,
        attrVals: { ':x': { S: 'x' } },
        unusedAttrNames: {},
        unusedAttrVals: {},
        isReserved: () => false,
        compare,
      },
    }) as { readonly sections: { val: unknown; path: unknown[] }[] };
  for (const change of [1, 2, 3]) {
    const [section] = parse().sections;
    expect(section).toMatchObject({ val: { S: 'x' }, path: ['a'] });
    section?.path.push(change);
  }
});

test('an expression is parsed once for the same names and types of values', () => {
  let parsed = 0;
  const counting: Parser = {
    parse: (...args) => {
      parsed += 1;
      return parsers.update.parse(...args);
    },
  };
  rememberExpressions(counting);
  for (const value of [{ S: 'one' }, { S: 'two' }, { N: '3' }, { N: '4' }]) {
    outcomeOf(counting.parse, 'SET #a = :x', { attrNames: names, attrVals: { ':x': value } });
  }
  expect(parsed).toBe(2);
});
