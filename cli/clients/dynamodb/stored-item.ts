import { isObject, parseJson } from '../../json-fields';

/** Form parameters as Twilio sent them; a repeated name holds an array. */
export type StoredParams = Readonly<Record<string, unknown>>;

/** The types of DynamoDB attribute that the consumer writes. */
export interface AttributeValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly L?: readonly AttributeValue[] | undefined;
  readonly M?: Readonly<Record<string, AttributeValue>> | undefined;
}
export type StoredItem = Readonly<Record<string, AttributeValue>>;

export const textOf = (item: StoredItem, name: string): string | null => item[name]?.S ?? item[name]?.N ?? null;

/** Parameters are stored as JSON text. */
export const paramsOf = (item: StoredItem): StoredParams | null => {
  const json = textOf(item, 'params');
  if (json === null) return null;
  const parsed = parseJson(json);
  return isObject(parsed) ? parsed : null;
};
