import { apiError, type ApiAnswer } from './answers';
import type { ApiCall } from './operations';

/**
 * Changes a subaccount's name and status; undefined is success. Live calls go on: only ending them ends them.
 * @see https://www.twilio.com/docs/iam/api/subaccounts
 */
export const changeAccountStatus = ({ state, account, actor, form }: ApiCall): ApiAnswer | undefined => {
  const { Status: status, FriendlyName: friendlyName } = form;
  if (status !== undefined) {
    if (account.ownerAccountSid === account.sid || actor.sid === account.sid) {
      return apiError(400, 20001, 'Only the parent account can change the status of a subaccount');
    }
    if (state.accounts.get(account.ownerAccountSid)?.status !== 'active') {
      return apiError(400, 21476, 'Parent account is suspended');
    }
    if (account.status === 'closed') return apiError(400, 21479, 'Account is closed');
    // The description's enum has no other.
    account.status = status as 'active' | 'suspended' | 'closed';
  }
  if (typeof friendlyName === 'string') account.friendlyName = friendlyName;
  return undefined;
};
