import { storedAccounts } from '../../../cli/target/stored-accounts';
import type { ConsoleGateway } from './console-gateway';

/** A new account may be missing from the lists for this time. */
const freshMs = 30_000;

/** Reads the accounts whose webhooks are shown. Reading takes a request to Secrets Manager for each account. */
export type ReadAccounts = () => Promise<readonly string[]>;

export const createAccounts = ({ backend, accountSids, context }: ConsoleGateway): ReadAccounts => {
  if (accountSids !== undefined) return () => Promise.resolve(accountSids);
  let known: { readonly at: number; readonly accounts: Promise<readonly string[]> } | undefined;
  const readAll = async (): Promise<readonly string[]> =>
    storedAccounts(await backend(), undefined, { output: { data: () => undefined, note: () => undefined } });
  return () => {
    const now = context.now().getTime();
    if (known === undefined || now - known.at > freshMs) {
      const accounts = readAll();
      known = { at: now, accounts };
      void accounts.catch(() => {
        known = undefined;
      });
    }
    return known.accounts;
  };
};
