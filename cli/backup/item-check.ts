import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { tableKeys } from '../../lambda/shared/contract/table';
import type { ReadItem } from '../clients/dynamodb/item-batches';
import { isObject } from '../json-fields';

const isText = (value: unknown): value is string => typeof value === 'string';

/** The types of attribute that the gateway writes, and how each is recognized in JSON. */
const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  S: isText,
  N: isText,
  BOOL: (value) => typeof value === 'boolean',
  NULL: (value) => value === true,
  L: (value) => Array.isArray(value) && value.every(isAttribute),
  M: (value) => isObject(value) && Object.values(value).every(isAttribute),
};

const isAttribute = (value: unknown): value is AttributeValue => {
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length === 1 &&
    entries.every(([type, content]) => Object.hasOwn(types, type) && types[type]?.(content) === true)
  );
};

/** Whether a value is an item of the gateway's table, as DynamoDB writes it in JSON. */
export const isItem = (value: unknown): value is ReadItem =>
  isObject(value) &&
  Object.values(value).every(isAttribute) &&
  [tableKeys.partition, tableKeys.sort].every((name) => {
    const key = value[name];
    return isObject(key) && isText(key['S']) && key['S'] !== '';
  });
