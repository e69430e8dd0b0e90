import { formEventId, jsonEventId } from '../shared/event-id';
import { parseForm, single } from '../shared/form';
import { routes } from '../shared/routes';
import { isAccountSid, isMessageSid } from '../shared/sid';
import { signedUrl, verifyBodyHash } from '../shared/signature';
import type { Credentials } from './credentials';
import { checkJson } from './json-event';
import type { UnverifiedWebhook } from './receive';
import { reject, type Rejection } from './rejections';
import { checkFields, checkQuery } from './required-fields';
import { createVerify, type Claim, type Verified } from './verify';

export interface VerifiedWebhook extends Verified {
  readonly eventId: string;
  readonly messageSid: string | undefined;
}

/** Proves a webhook genuine and usable, or says why not: signature, then what the signature does not protect. */
export const createVerifyWebhook = (credentials: Credentials, publicBaseUrl: string, now: () => number) => {
  const verify = createVerify(credentials, now);

  const verifyForm = async (
    { route, signature, query, body }: UnverifiedWebhook,
    url: string,
  ): Promise<VerifiedWebhook | { readonly rejection: Rejection }> => {
    const params = parseForm(body);
    const accountSid = single(params, 'AccountSid');
    const claim: Claim = isAccountSid(accountSid) ? { kind: 'account', accountSid } : { kind: 'none' };
    const verdict = await verify(signature, { url, params }, claim);
    if ('rejection' in verdict) return withAccount(verdict.rejection, claim);
    const { kind } = routes[route];
    const unusable = checkQuery(query) ?? checkFields(kind, params);
    if (unusable !== undefined) return withAccount(unusable.rejection, claim);
    const messageSid = single(params, 'MessageSid');
    return {
      ...verdict.verified,
      eventId: formEventId(kind, params, query),
      messageSid: isMessageSid(messageSid) ? messageSid : undefined,
    };
  };

  const verifyJson = async (
    { signature, query, body }: UnverifiedWebhook,
    url: string,
  ): Promise<VerifiedWebhook | { readonly rejection: Rejection }> => {
    const verdict = await verify(signature, signedUrl(url), { kind: 'any' });
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
    const unusable = checkQuery(query) ?? checkJson(body);
    if (unusable !== undefined) return unusable;
    return { ...verdict.verified, eventId: jsonEventId(body), messageSid: undefined };
  };

  return (webhook: UnverifiedWebhook): Promise<VerifiedWebhook | { readonly rejection: Rejection }> => {
    // The path comes from configuration: what the request says of host, scheme and path is not evidence.
    const url = `${publicBaseUrl}/${webhook.route}${webhook.query === '' ? '' : `?${webhook.query}`}`;
    return webhook.format === 'json' ? verifyJson(webhook, url) : verifyForm(webhook, url);
  };
};

/** Which account's webhooks are refused is what a human asks first. */
const withAccount = (rejection: Rejection, claim: Claim): { readonly rejection: Rejection } => ({
  rejection: claim.kind === 'account' ? { ...rejection, account: claim.accountSid.slice(-6) } : rejection,
});
