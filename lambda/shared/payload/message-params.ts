import { single, type Params } from './form';

/**
 * Parameters that are attributes of a message item or part of its key. Storing them in `params` as well would cost
 * twice.
 */
export interface AttributeParams<T> {
  readonly AccountSid: T;
  readonly MessageSid: T;
  readonly From: T;
  readonly To: T;
  readonly Body: T;
}

const attributeNames: readonly string[] = [
  'AccountSid',
  'MessageSid',
  'From',
  'To',
  'Body',
] satisfies (keyof AttributeParams<unknown>)[];

/** The parameters of an incoming message that have no attribute of their own. */
export const otherParams = (params: Params): Params => {
  // No prototype, so that `__proto__` is a parameter like any other.
  const others = Object.create(null) as Record<string, string | readonly string[]>;
  for (const [name, value] of Object.entries(params)) {
    // A name with several values cannot be an attribute.
    if (!attributeNames.includes(name) || single(params, name) === undefined) others[name] = value;
  }
  return others;
};
