import { parseAccountSecret, type AccountSecret } from '../../lambda/shared/credentials/account-secret';
import { isAccountSid } from '../../lambda/shared/payload/sid';
import type { SecretReader, VersionStage } from '../clients/ports';
import { CliError } from '../terminal/cli-error';
import { cli } from '../terminal/program-name';

/** Whether a version of a secret can be used. Never holds the token. */
export type SecretState = 'ok' | 'placeholder' | 'invalid' | 'missing';

export interface SecretVersionStatus {
  readonly stage: VersionStage;
  readonly state: SecretState;
  /** What is wrong, without the content. */
  readonly detail: string | null;
  /** The last six characters of the account SID. */
  readonly account: string | null;
}

export const accountSuffix = (accountSid: string): string => `…${accountSid.slice(-6)}`;

export const versionStatus = async (
  reader: SecretReader,
  secretId: string,
  stage: VersionStage,
): Promise<SecretVersionStatus> => {
  const found = await reader.read(secretId, stage);
  if (found.kind === 'missing') return { stage, state: 'missing', detail: null, account: null };
  const parsed = parseAccountSecret(found.text);
  switch (parsed.kind) {
    case 'ok':
      return { stage, state: 'ok', detail: null, account: accountSuffix(parsed.secret.accountSid) };
    case 'invalid':
      return { stage, state: 'invalid', detail: parsed.detail, account: null };
    case 'placeholder':
      return { stage, state: 'placeholder', detail: 'no Auth Token has been stored yet', account: null };
  }
};

export interface AccountSecrets {
  readonly accounts: readonly AccountSecret[];
  /** The secrets whose current version cannot be used, and why. */
  readonly unusable: readonly { readonly secretId: string; readonly detail: string }[];
}

/** Reads the current version of every configured secret. */
export const readAccountSecrets = async (
  reader: SecretReader,
  secretIds: readonly string[],
): Promise<AccountSecrets> => {
  const results = await Promise.all(
    secretIds.map(async (secretId) => {
      const found = await reader.read(secretId, 'AWSCURRENT');
      return {
        secretId,
        parsed:
          found.kind === 'missing'
            ? { kind: 'invalid' as const, detail: 'the secret does not exist' }
            : parseAccountSecret(found.text),
      };
    }),
  );
  return {
    accounts: results.flatMap(({ parsed }) => (parsed.kind === 'ok' ? [parsed.secret] : [])),
    unusable: results.flatMap(({ secretId, parsed }) => {
      if (parsed.kind === 'ok') return [];
      return [{ secretId, detail: parsed.kind === 'placeholder' ? 'it is still the placeholder' : parsed.detail }];
    }),
  };
};

/**
 * Selects the account to sign as.
 * @param choice an account SID, or the index of the secret (from 0); undefined takes the first
 * @throws CliError if there is no such account
 */
export const chooseAccount = ({ accounts, unusable }: AccountSecrets, choice: string | undefined): AccountSecret => {
  const [first] = accounts;
  if (first === undefined) {
    const why = unusable.map(({ secretId, detail }) => `${secretId}: ${detail}`).join('; ');
    throw new CliError(
      `No account secret is usable${why === '' ? '' : ` (${why})`}. \`${cli} secret status\` shows more.`,
    );
  }
  if (choice === undefined) return first;
  const chosen = isAccountSid(choice)
    ? accounts.find(({ accountSid }) => accountSid === choice)
    : accounts[/^\d{1,4}$/.test(choice) ? Number(choice) : -1];
  if (chosen === undefined) {
    throw new CliError(
      `No configured account matches --account. Configured: ${accounts
        .map(({ accountSid }, index) => `${index} (${accountSid})`)
        .join(', ')}.`,
      2,
    );
  }
  return chosen;
};
