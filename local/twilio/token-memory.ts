import type { TwilioAccount } from '../accounts';
import type { TokensOf } from './lists/genuine-webhook';

/** Remembers each Auth Token that it has seen: webhooks are checked long after they were signed. */
export const createTokenMemory = (
  readAccounts: () => Promise<readonly TwilioAccount[]>,
): { readonly accounts: () => Promise<readonly TwilioAccount[]>; readonly tokensOf: TokensOf } => {
  const tokens = new Map<string, Set<string>>();
  return {
    accounts: async () => {
      const accounts = await readAccounts();
      for (const { accountSid, authToken } of accounts) {
        tokens.set(accountSid, (tokens.get(accountSid) ?? new Set()).add(authToken));
      }
      return accounts;
    },
    tokensOf: (accountSid) => [...(tokens.get(accountSid) ?? [])].toReversed(),
  };
};
