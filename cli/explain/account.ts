import { single, type Params } from '../../lambda/shared/form';
import { isAccountSid } from '../../lambda/shared/sid';
import { accountSuffix } from '../account-secrets';
import type { Cause } from './findings';
import type { Key, Keys } from './keys';
import type { Refusal } from './refusals';

/** The account that a form names, if it names one as Twilio does. */
export const claimedAccount = (params: Params): string | undefined => {
  const claimed = single(params, 'AccountSid');
  return isAccountSid(claimed) ? claimed : undefined;
};

/** The keys that count for the account that a form names come first. */
export const ownKeysFirst = (keys: readonly Key[], params: Params): readonly Key[] => {
  const claimed = claimedAccount(params);
  const isOwn = ({ accountSid }: Key) =>
    claimed === undefined || accountSid === undefined || accountSid === claimed;
  return [...keys.filter(isOwn), ...keys.filter((key) => !isOwn(key))];
};

/** What is wrong with the token that fits, other than the request itself. */
export const tokenCause = ({ slot, accountSid }: Key, claimed: string | undefined): Cause | undefined => {
  if (claimed !== undefined && accountSid !== undefined && accountSid !== claimed) {
    return { id: 'token-other-account', about: accountSuffix(accountSid) };
  }
  return slot === 'previous' ? { id: 'token-previous' } : undefined;
};

/** Why no token counts for a request, whatever its signature: its account, or the state of the secrets. */
export const accountRefusal = (
  format: 'form' | 'json',
  params: Params,
  { keys, accountSids, unusable }: Keys,
): Refusal | undefined => {
  const [broken] = unusable;
  const unreadable: Refusal = {
    status: 500,
    reason: broken?.reason ?? 'credentials_missing',
    cause: { id: 'secret-unusable', about: broken?.detail ?? 'no secret is configured' },
  };
  if (keys.length === 0) return unreadable;
  if (format === 'json' || accountSids === undefined) return undefined;
  const claimed = claimedAccount(params);
  // Every configured account is tried.
  if (claimed === undefined || accountSids.includes(claimed)) return undefined;
  // The account may be that of the secret which cannot be read.
  return broken === undefined
    ? {
        status: 403,
        reason: 'account_mismatch',
        cause: { id: 'account-unknown', about: accountSuffix(claimed) },
      }
    : unreadable;
};
