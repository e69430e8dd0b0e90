import { UnsupportedTemplateError } from '../template/template';

/** Message attributes of type String, by name. */
export type Attributes = Readonly<Record<string, string>>;

/** Whether a subscription takes a message with these attributes. */
export type Filter = (attributes: Attributes) => boolean;

type Condition = (value: string | undefined) => boolean;

/**
 * A filter policy over message attributes: every name must match, by one of its conditions.
 * Supported are exact texts, `prefix`, `anything-but` (texts, or a prefix), `exists` and `numeric`.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 * @throws UnsupportedTemplateError naming any other condition
 */
export const readFilterPolicy = (logicalId: string, policy: unknown): Filter => {
  if (policy === undefined) return () => true;
  const unsupported = (what: string): never => {
    throw new UnsupportedTemplateError(`${logicalId}.FilterPolicy: the local gateway does not know ${what}.`);
  };
  if (!isObject(policy)) return unsupported('a policy that is not an object');
  const names = Object.entries(policy).map(([name, conditions]) => {
    if (!Array.isArray(conditions) || conditions.length === 0) {
      return unsupported(`${name}, which must be a list of conditions`);
    }
    return { name, conditions: conditions.map((condition) => readCondition(name, condition, unsupported)) };
  });
  return (attributes) => names.every(({ name, conditions }) => conditions.some((matches) => matches(attributes[name])));
};

const readCondition = (name: string, condition: unknown, unsupported: (what: string) => never): Condition => {
  if (typeof condition === 'string') return (value) => value === condition;
  if (!isObject(condition)) return unsupported(`${JSON.stringify(condition)} of ${name}`);
  const [[operator, operand] = ['', undefined], ...others] = Object.entries(condition);
  if (others.length > 0) return unsupported(`a condition of ${name} with more than one operator`);
  if (operator === 'prefix' && typeof operand === 'string') {
    return (value) => value?.startsWith(operand) === true;
  }
  if (operator === 'exists' && typeof operand === 'boolean') {
    return (value) => (value !== undefined) === operand;
  }
  if (operator === 'anything-but') return readAnythingBut(name, operand, unsupported);
  if (operator === 'numeric' && Array.isArray(operand)) return readNumeric(name, operand, unsupported);
  return unsupported(`the operator ${operator} of ${name}`);
};

/** A message without the attribute does not match. */
const readAnythingBut = (name: string, operand: unknown, unsupported: (what: string) => never): Condition => {
  if (isObject(operand) && typeof operand['prefix'] === 'string' && Object.keys(operand).length === 1) {
    const { prefix } = operand;
    return (value) => value !== undefined && !value.startsWith(prefix);
  }
  const texts: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  if (!texts.every((text) => typeof text === 'string')) {
    return unsupported(`anything-but ${JSON.stringify(operand)} of ${name}`);
  }
  return (value) => value !== undefined && !texts.includes(value);
};

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `['>=', 1, '<', 5]`: operators and bounds in turn. */
const readNumeric = (name: string, operand: readonly unknown[], unsupported: (what: string) => never): Condition => {
  const checks = Array.from({ length: Math.ceil(operand.length / 2) }, (_, at) => {
    const compare = comparisons[String(operand[2 * at])];
    const bound = operand[2 * at + 1];
    if (compare === undefined || typeof bound !== 'number') {
      return unsupported(`numeric ${JSON.stringify(operand)} of ${name}`);
    }
    return (value: number) => compare(value, bound);
  });
  return (value) =>
    value !== undefined &&
    value.trim() !== '' &&
    Number.isFinite(Number(value)) &&
    checks.every((check) => check(Number(value)));
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
