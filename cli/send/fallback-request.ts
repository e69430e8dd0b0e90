import type { PostAnswer } from '../clients/post';
import { signWebhook, type SignedWebhook, type SigningOptions } from './signed-webhook';
import type { Target } from '../target/target';
import type { Payload } from './twilio-payloads';

/** Twilio's error for a URL that gave no usable answer: https://www.twilio.com/docs/api/errors/11200 */
const retrievalFailure = '11200';

/** Whether the gateway has failed. Twilio goes on after a 4xx, too, but the lane refuses what ingress refuses. */
export const isFailure = (answer: PostAnswer): boolean => answer.kind === 'failure' || answer.status >= 500;

/**
 * What Twilio sends to the fallback URL when the first URL has failed: the same parameters and two more.
 * @param failed the webhook of the first URL
 * @returns undefined without a fallback lane, and for webhooks other than messages, which have no fallback URL
 * @see https://www.twilio.com/docs/usage/security/availability-reliability
 */
export const fallbackRequest = (
  { fallback, webhooks }: Pick<Target, 'fallback' | 'webhooks'>,
  payload: Payload,
  failed: Pick<SignedWebhook, 'url'>,
  keys: Pick<SigningOptions, 'authToken' | 'sharedKey' | 'idempotencyToken'>,
): SignedWebhook | undefined => {
  const { content, route } = payload;
  if (fallback === undefined || route !== 'messages' || content.type !== 'form') return undefined;
  const { postUrl, signedUrl } = webhooks[route];
  const ErrorUrl = signedUrl + failed.url.slice(postUrl.length);
  const params = { ...content.params, ErrorCode: retrievalFailure, ErrorUrl };
  // Twilio sends user and password only after a challenge, and the query is that of the first URL.
  return signWebhook({ ...payload, content: { type: 'form', params } }, fallback, {
    ...keys,
    query: '',
    tamper: false,
    basic: undefined,
  });
};
