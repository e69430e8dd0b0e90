import { single, type Params } from './form';

/** Parameters that are attributes of a message item, or its key. Kept in the text of its parameters as well, they would be paid for twice. */
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

/** What an incoming message's item has no attribute for. */
export const otherParams = (params: Params): Params => {
  // Without prototype: `__proto__` is a parameter like any other.
  const others = Object.create(null) as Record<string, string | readonly string[]>;
  for (const [name, value] of Object.entries(params)) {
    // A name with several values is no attribute.
    if (!attributeNames.includes(name) || single(params, name) === undefined) others[name] = value;
  }
  return others;
};
