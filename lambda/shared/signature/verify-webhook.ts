import type { Credentials } from '../credentials/credentials';
import { parseForm, type Params } from '../payload/form';
import { routes, type RouteName } from '../contract/routes';
import { noParams, signedUrl, verifyBodyHash } from './signature';
import { claimOf, createVerify, type AccountClaim, type Verified } from './find-signer';
import { eventIdOf, signedTextHash } from '../payload/event-id';
import { queryVariants } from './query-variants';
import { readJson, readParams, type Reading } from '../payload/reading';
import type { UnverifiedWebhook } from '../webhook/early-checks';
import { reject, type Rejection } from '../webhook/rejections';

export interface VerifiedWebhook extends Verified {
  readonly reading: Reading;
  /** Names it in logs and on the queue. */
  readonly eventId: string;
  /** SHA-256, hexadecimal, of the exact text that verified. */
  readonly signedTextHash: string;
  /** As verified; none for JSON. */
  readonly params: Params;
}

/**
 * The URL of a route as Twilio signs it, less its query. It comes from configuration: what a request says of host, scheme and path
 * is not evidence.
 */
export type SignedUrlOf = (route: RouteName) => string;

/** Proves a webhook genuine and reads it, or says why it is not proven. What is proven is never refused for its content. */
export const createVerifyWebhook = (credentials: Credentials, signedUrlOf: SignedUrlOf) => {
  const verify = createVerify(credentials);

  const verifyParams = async (
    { route, format, signature, query, body }: UnverifiedWebhook,
    url: string,
  ): Promise<VerifiedWebhook | { readonly rejection: Rejection }> => {
    const isGet = format === 'query';
    const params = parseForm(isGet ? query : body);
    const claim = claimOf(params);
    const verdict = await verify(signature, urlForms(url, query, isGet ? noParams : params), claim);
    return 'rejection' in verdict
      ? withAccount(verdict.rejection, claim)
      : describe(verdict.verified, readParams(routes[route].kind, params), params);
  };

  const verifyJson = async (
    { signature, query, body }: UnverifiedWebhook,
    url: string,
  ): Promise<VerifiedWebhook | { readonly rejection: Rejection }> => {
    const verdict = await verify(signature, urlForms(url, query, noParams), { kind: 'any' });
    if ('rejection' in verdict) return verdict;
    switch (verifyBodyHash(query, body)) {
      case 'missing':
        return reject('body_hash_missing', 'bodySHA256 is not in the query');
      case 'mismatch':
        return reject('body_hash_mismatch');
      case 'match':
        return describe(verdict.verified, readJson(body), noParams);
    }
  };

  return (webhook: UnverifiedWebhook): Promise<VerifiedWebhook | { readonly rejection: Rejection }> => {
    const url = signedUrlOf(webhook.route);
    return webhook.format === 'json' ? verifyJson(webhook, url) : verifyParams(webhook, url);
  };
};

const urlForms = (url: string, query: string, params: Params) =>
  query === ''
    ? [{ ...signedUrl(url), params }]
    : queryVariants(query).map((variant) => ({ url: `${url}?${variant}`, params }));

const describe = (verified: Verified, reading: Reading, params: Params): VerifiedWebhook => {
  const textHash = signedTextHash(verified.signedText);
  return { ...verified, reading, signedTextHash: textHash, eventId: eventIdOf(reading, textHash), params };
};

/** Which account's webhooks are refused is what a human asks first. */
const withAccount = (rejection: Rejection, claim: AccountClaim): { readonly rejection: Rejection } => ({
  rejection: claim.kind === 'account' ? { ...rejection, account: claim.accountSid.slice(-6) } : rejection,
});
