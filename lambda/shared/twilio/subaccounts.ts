import type { AccountsApi } from './rest-client';
import { callTwilio, TwilioApiError } from './twilio-api-error';

export type AccountStatus = 'active' | 'suspended' | 'closed';

/** @throws as `callTwilio` */
export const readAccountStatus = (api: AccountsApi, accountSid: string): Promise<AccountStatus> =>
  callTwilio(async () => known((await api.accounts(accountSid).fetch()).status));

/**
 * @returns the status that the account has afterwards
 * @throws as `callTwilio`
 */
export const setAccountStatus = (
  api: AccountsApi,
  accountSid: string,
  status: 'active' | 'suspended',
): Promise<AccountStatus> => callTwilio(async () => known((await api.accounts(accountSid).update({ status })).status));

const known = (status: string): AccountStatus => {
  if (status === 'active' || status === 'suspended' || status === 'closed') return status;
  throw new TwilioApiError(200);
};
