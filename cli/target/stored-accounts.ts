import { accountSuffix, readAccountSecrets } from './account-secrets';
import { CliError } from '../terminal/cli-error';
import type { CommandContext } from '../context';
import type { Backend } from '../clients/ports';

/** Says in an empty or short answer where was looked. */
export const accountsText = (accountSids: readonly string[]): string =>
  accountSids.length === 0 ? 'no account' : accountSids.map(accountSuffix).join(', ');

const isRefusal = (error: unknown): boolean =>
  error instanceof Error && error.name === 'AccessDeniedException';

/**
 * The accounts whose items a command reads: every key of the table begins with one.
 * @param only what `--account` says; it needs no right to read the account secrets
 */
export const storedAccounts = async (
  backend: Backend,
  only: string | undefined,
  { output }: CommandContext,
): Promise<readonly string[]> => {
  if (only !== undefined) return [only];
  const { secretIds } = backend.target;
  try {
    const { accounts, unusable } = await readAccountSecrets(await backend.secrets(), secretIds);
    if (unusable.length > 0) {
      output.note(
        `${unusable.length} of ${secretIds.length} account secrets name no account ` +
          '(see `npx gateway secret status`); --account <AccountSid> reads what is stored for one all the same.',
      );
    }
    return [...new Set(accounts.map(({ accountSid }) => accountSid))];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new CliError(
      'The configured accounts are named in the account secrets, and these AWS credentials may not read them. ' +
        'Name the account: --account <AccountSid>.',
    );
  }
};
