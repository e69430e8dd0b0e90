import { accountSuffix, readAccountSecrets } from './account-secrets';
import { CliError } from '../terminal/cli-error';
import type { Output } from '../terminal/output';
import type { Backend } from '../clients/ports';
import { stageOptionOf } from './target';
import { cli } from '../terminal/program-name';

/** The accounts that were searched, for a message. */
export const accountsText = (accountSids: readonly string[]): string =>
  accountSids.length === 0 ? 'no account' : accountSids.map(accountSuffix).join(', ');

const isAccessDenied = (error: unknown): boolean => error instanceof Error && error.name === 'AccessDeniedException';

/**
 * The accounts whose items a command reads: every key of the table begins with an account SID.
 * @param only the value of `--account`; with it the account secrets are not read
 */
export const storedAccounts = async (
  backend: Backend,
  only: string | undefined,
  { output }: { readonly output: Output },
): Promise<readonly string[]> => {
  if (only !== undefined) return [only];
  const { secretIds } = backend.target;
  try {
    const { accounts, unusable } = await readAccountSecrets(await backend.secrets(), secretIds);
    if (unusable.length > 0) {
      output.note(
        `${unusable.length} of ${secretIds.length} account secrets name no account ` +
          `(see \`${cli} secret status${stageOptionOf(backend.target)}\`); ` +
          '--account <AccountSid> reads the items of an account anyway.',
      );
    }
    return [...new Set(accounts.map(({ accountSid }) => accountSid))];
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    throw new CliError(
      'The account SIDs are in the account secrets, which these AWS credentials may not read. ' +
        'Name the account: --account <AccountSid>.',
    );
  }
};
