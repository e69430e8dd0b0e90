// dynalite parses the expressions of each request, which was half of its work. A function sends the same few
// expressions over and over, with other values.
'use strict';

/** More than the gateway and its CLI have. A program that puts values into the text of its expressions has endless. */
const kept = 500;

/** Of these, the values decide whether the expression is valid, and not only their types. */
const isDecidedByValues = (expression) => /between|attribute_type/i.test(expression);

/** Is in the place of a value in a remembered expression. */
class Placeholder {
  constructor(name) {
    this.name = name;
  }
}

/**
 * Makes a parser of dynalite parse an expression once for the same names and types of values.
 * @param parser `db/updateParser` or `db/conditionParser` of dynalite
 */
const rememberExpressions = (parser) => {
  const { parse } = parser;
  const remembered = new Map();
  parser.parse = (expression, options) => {
    const { context } = options;
    if (isDecidedByValues(expression)) return parse(expression, options);
    const key = keyOf(expression, context);
    const known = remembered.get(key);
    if (known !== undefined) {
      markUsed(context, known);
      return copyOf(known.parsed, (part) => (part instanceof Placeholder ? context.attrVals[part.name] : undefined));
    }
    const unused = { unusedAttrNames: flags(context.attrNames), unusedAttrVals: flags(context.attrVals) };
    const parsed = parse(expression, { ...options, context: { ...context, ...unused } });
    const used = {
      names: Object.keys(context.attrNames ?? {}).filter((name) => !unused.unusedAttrNames[name]),
      values: Object.keys(context.attrVals ?? {}).filter((name) => !unused.unusedAttrVals[name]),
    };
    markUsed(context, used);
    // A text says what is wrong with the expression.
    if (typeof parsed !== 'string') {
      const names = new Map(Object.entries(context.attrVals ?? {}).map(([name, value]) => [value, name]));
      const placeholderOf = (part) => (names.has(part) ? new Placeholder(names.get(part)) : undefined);
      if (remembered.size === kept) remembered.clear();
      remembered.set(key, { ...used, parsed: copyOf(parsed, placeholderOf) });
    }
    return parsed;
  };
};

const keyOf = (expression, { attrNames, attrVals, isKeyCondition }) =>
  JSON.stringify([
    expression,
    isKeyCondition,
    attrNames,
    Object.entries(attrVals ?? {}).map(([name, value]) => [name, ...Object.keys(value)]),
  ]);

const flags = (object) => Object.fromEntries(Object.keys(object ?? {}).map((name) => [name, true]));

/** dynalite refuses a request with names or values that no expression uses. */
const markUsed = ({ unusedAttrNames, unusedAttrVals }, { names, values }) => {
  for (const name of names) delete unusedAttrNames?.[name];
  for (const name of values) delete unusedAttrVals?.[name];
};

/** A copy, because dynalite changes what it has parsed. Some of its objects have no prototype. */
const copyOf = (part, replacementOf) => {
  if (typeof part !== 'object' || part === null) return part;
  const replacement = replacementOf(part);
  if (replacement !== undefined) return replacement;
  if (Array.isArray(part)) return part.map((entry) => copyOf(entry, replacementOf));
  const copy = Object.create(Object.getPrototypeOf(part));
  for (const name of Object.keys(part)) copy[name] = copyOf(part[name], replacementOf);
  return copy;
};

module.exports = { rememberExpressions };
