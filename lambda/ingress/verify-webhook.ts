import type { Credentials } from '../shared/credentials';
import { formEventId, jsonEventId } from '../shared/event-id';
import { parseForm, single, type Params } from '../shared/form';
import { routes } from '../shared/routes';
import { isMessageSid } from '../shared/sid';
import { noParams, signedUrl, verifyBodyHash } from '../shared/signature';
import { claimOf, createVerify, type Claim, type Verified } from '../shared/verify';
import { checkJson } from './json-event';
import { queryVariants } from './query-variants';
import type { UnverifiedWebhook } from './receive';
import { reject, type Rejection } from './rejections';
import { checkFields, checkQuery } from './required-fields';

export interface VerifiedWebhook extends Verified {
  readonly eventId: string;
  readonly messageSid: string | undefined;
  /** As verified; none for JSON. */
  readonly params: Params;
}

/** Proves a webhook genuine and usable, or says why not: signature, then what the signature does not protect. */
export const createVerifyWebhook = (
  credentials: Credentials,
  options: { readonly publicBaseUrl: string; readonly acceptGet?: boolean | undefined },
) => {
  const verify = createVerify(credentials);
  const acceptGet = options.acceptGet === true;

  const verifyParams = async (
    { route, format, signature, query, body }: UnverifiedWebhook,
    url: string,
  ): Promise<VerifiedWebhook | { readonly rejection: Rejection }> => {
    const isGet = format === 'query';
    const params = parseForm(isGet ? query : body);
    const claim = claimOf(params);
    const contents = isGet
      ? queryVariants(query).map((variant) => signedUrl(withQuery(url, variant)))
      : [{ url: withQuery(url, query), params }];
    const verdict = await verify(signature, contents, claim);
    if ('rejection' in verdict) return withAccount(verdict.rejection, claim);
    const { kind } = routes[route];
    const unusable = checkQuery(query, { isGet, acceptGet }) ?? checkFields(kind, params);
    if (unusable !== undefined) return withAccount(unusable.rejection, claim);
    const messageSid = single(params, 'MessageSid');
    return {
      ...verdict.verified,
      // Its parameters are the query of a GET; in the order in which they came, one captured request would be many events.
      eventId: formEventId(kind, params, isGet ? '' : query),
      messageSid: isMessageSid(messageSid) ? messageSid : undefined,
      params,
    };
  };

  const verifyJson = async (
    { signature, query, body }: UnverifiedWebhook,
    url: string,
  ): Promise<VerifiedWebhook | { readonly rejection: Rejection }> => {
    const verdict = await verify(signature, [signedUrl(withQuery(url, query))], { kind: 'any' });
    if ('rejection' in verdict) return verdict;
    switch (verifyBodyHash(query, body)) {
      case 'missing':
        return reject('body_hash_missing', 'bodySHA256 is not in the query');
      case 'mismatch':
        return reject('body_hash_mismatch');
      case 'repeated': // refused by checkQuery, as it is for forms
      case 'match':
        break;
    }
    const unusable = checkQuery(query, { acceptGet }) ?? checkJson(body);
    if (unusable !== undefined) return unusable;
    return { ...verdict.verified, eventId: jsonEventId(body), messageSid: undefined, params: noParams };
  };

  return (webhook: UnverifiedWebhook): Promise<VerifiedWebhook | { readonly rejection: Rejection }> => {
    // The path comes from configuration: what the request says of host, scheme and path is not evidence.
    const url = `${options.publicBaseUrl}/${webhook.route}`;
    return webhook.format === 'json' ? verifyJson(webhook, url) : verifyParams(webhook, url);
  };
};

const withQuery = (url: string, query: string): string => (query === '' ? url : `${url}?${query}`);

/** Which account's webhooks are refused is what a human asks first. */
const withAccount = (rejection: Rejection, claim: Claim): { readonly rejection: Rejection } => ({
  rejection: claim.kind === 'account' ? { ...rejection, account: claim.accountSid.slice(-6) } : rejection,
});
