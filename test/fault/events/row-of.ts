import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Row } from '../history/history';

export const rowOf = (item: Readonly<Record<string, AttributeValue>>): Row => {
  const texts = Object.fromEntries(
    Object.entries(item).map(([name, { S, N, ...other }]) => [name, S ?? N ?? JSON.stringify(other)]),
  );
  return { ...texts, pk: texts['pk'] ?? '', sk: texts['sk'] ?? '' };
};
