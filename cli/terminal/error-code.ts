import { isObject } from '../json-fields';

/** Identifies an error without quoting it: Node's code (`ECONNREFUSED`), or else the error's name. */
export const errorCode = (error: unknown): string => {
  // Not `instanceof`: errors may come from another realm, such as a test runner's.
  const { code, name } = isObject(error) ? { code: error['code'], name: error['name'] } : {};
  return [code, name].find((text) => typeof text === 'string') ?? 'unknown';
};
