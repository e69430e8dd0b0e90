import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Readonly<Record<string, AttributeValue>>;

/**
 * Collects the placeholders of one write. Every attribute goes by a placeholder, because the reserved words, `status` and `from`
 * among them, are many. Attribute names are our own, so they serve as placeholders themselves.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
 */
export const createExpression = () => {
  const names: Record<string, string> = {};
  const values: Record<string, AttributeValue> = {};
  const name = (attribute: string): string => {
    names[`#${attribute}`] = attribute;
    return `#${attribute}`;
  };
  const value = (attribute: string, content: AttributeValue): string => {
    values[`:${attribute}`] = content;
    return `:${attribute}`;
  };
  return {
    name,
    value,
    /** `set` overwrites, `fill` only sets what is absent, `remove` removes what is there. */
    update: (parts: { readonly set?: Item; readonly fill?: Item; readonly remove?: readonly string[] }) => {
      const clauses = [
        ...Object.entries(parts.set ?? {}).map(
          ([attribute, content]) => `${name(attribute)} = ${value(attribute, content)}`,
        ),
        ...Object.entries(parts.fill ?? {}).map(
          ([attribute, content]) =>
            `${name(attribute)} = if_not_exists(${name(attribute)}, ${value(attribute, content)})`,
        ),
      ];
      const removed = (parts.remove ?? []).map(name);
      return `SET ${clauses.join(', ')}${removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : ''}`;
    },
    placeholders: () => ({ ExpressionAttributeNames: names, ExpressionAttributeValues: values }),
  };
};

export type Expression = ReturnType<typeof createExpression>;

/** Holds where no item is yet. */
export const isAbsent = (expression: Expression): string => `attribute_not_exists(${expression.name('pk')})`;

/**
 * Holds where what is there comes from a later delivery; the request id decides between equal times. Given as alternatives, so
 * that conditions join without parentheses (AND binds tighter than OR): DynamoDB refuses doubled ones, and the local one's
 * parser takes milliseconds per level.
 */
export const isLaterThan = (
  expression: Expression,
  delivery: { readonly receivedAt: string; readonly requestId: string },
): readonly string[] => {
  const receivedAt = expression.name('receivedAt');
  const ours = expression.value('receivedAt', { S: delivery.receivedAt });
  const requestId = `${expression.name('requestId')} > ${expression.value('requestId', { S: delivery.requestId })}`;
  return [`${receivedAt} > ${ours}`, `${receivedAt} = ${ours} AND ${requestId}`];
};
