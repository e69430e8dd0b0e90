import { maxParams } from '../contract/routes';
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

/** The number of attachments that Twilio states, or 0. */
export const numMediaOf = (params: Params): number =>
  Number(/^\d{1,4}$/.exec(single(params, 'NumMedia') ?? '')?.[0] ?? '0');

/**
 * In Twilio's order, `MediaUrl0` first, without those that have no URL. `NumMedia` may exceed what a form can contain.
 */
export const readMedia = (
  params: Params,
  numMedia: number,
): readonly { readonly url: string; readonly contentType: string }[] =>
  Array.from({ length: Math.min(numMedia, maxParams) }, (_, index) => ({
    url: single(params, `MediaUrl${index}`) ?? '',
    contentType: single(params, `MediaContentType${index}`) ?? '',
  })).filter(({ url }) => url !== '');

/** Twilio adds both or neither: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
export const isFallback = (params: Params): boolean =>
  params['ErrorCode'] !== undefined && params['ErrorUrl'] !== undefined;
