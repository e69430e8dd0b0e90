import type { SigningAccount } from '../accounts';
import type { KeysOf } from './lists/genuine-webhook';

/** Remembers each key that it has seen: webhooks are checked long after they were signed. */
export const createKeyMemory = (
  readAccounts: () => Promise<readonly SigningAccount[]>,
): { readonly accounts: () => Promise<readonly SigningAccount[]>; readonly keysOf: KeysOf } => {
  const authTokens = new Map<string, Set<string>>();
  const sharedKeys = new Map<string, Set<string>>();
  return {
    accounts: async () => {
      const accounts = await readAccounts();
      for (const { accountSid, authToken, sharedKeys: keys = [] } of accounts) {
        authTokens.set(accountSid, new Set([authToken, ...(authTokens.get(accountSid) ?? [])]));
        sharedKeys.set(accountSid, new Set([...keys, ...(sharedKeys.get(accountSid) ?? [])]));
      }
      return accounts;
    },
    keysOf: (accountSid) => ({
      authTokens: [...(authTokens.get(accountSid) ?? [])],
      sharedKeys: [...(sharedKeys.get(accountSid) ?? [])],
    }),
  };
};
