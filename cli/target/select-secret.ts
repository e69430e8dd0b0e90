import { CliError } from '../terminal/cli-error';
import { cli } from '../terminal/program-name';
import type { Target } from './target';

type Secrets = Pick<Target, 'secretIds'>;

const nameOf = (secretId: string): string => secretId.split(':').at(-1) ?? '';

const nameContains = (secretId: string, choice: string): boolean =>
  nameOf(secretId).toLowerCase().includes(choice.toLowerCase());

const normalizeName = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The stack names a secret after its account: `AccountSecrets`, the name, and eight hexadecimal digits of the CDK. */
const accountOf = (secretId: string): string =>
  /AccountSecrets(.*)[0-9A-F]{8}(?:-|$)/.exec(nameOf(secretId))?.[1] ?? '';

/** The secret of an account by its name in the stage's `accounts`; undefined if the stage has none. */
export const secretIdOf = (secretIds: readonly string[], account: string): string | undefined =>
  secretIds.find((id) => normalizeName(accountOf(id)) === normalizeName(account));

/** For messages: the name of the secret's account, or that of the secret. */
export const accountTitle = (secretId: string): string => {
  const account = accountOf(secretId);
  return account === '' ? nameOf(secretId) : `account ${account}`;
};

/**
 * The command that stores an account's token in a secret.
 * @param stageOption ` --stage dev`, or nothing for the local gateway
 */
export const secretSetCommand = (secretId: string, stageOption: string): string => {
  const account = accountOf(secretId) || nameOf(secretId);
  return `${cli} secret set${stageOption} --name ${account} --account-sid ACxxxx…`;
};

/**
 * Selects an account secret.
 * @param choice an ARN, the account's name in `accounts`, or a part of the secret's name; undefined means the only
 *   secret
 * @throws CliError if none or several match
 */
export const selectSecret = ({ secretIds }: Secrets, choice: string | undefined, option: string): string => {
  // The name of one account may be a part of another's.
  const exact = choice === undefined ? undefined : secretIdOf(secretIds, choice);
  if (exact !== undefined) return exact;
  const found = choice === undefined ? secretIds : secretIds.filter((id) => id === choice || nameContains(id, choice));
  const [secretId] = found;
  if (secretId !== undefined && found.length === 1) return secretId;
  const names = secretIds.map((id) => accountOf(id) || id);
  throw new CliError(
    `Name one secret with ${option}; ${found.length === 0 ? 'none' : 'several'} of these match: ${names.join(', ')}.`,
    2,
  );
};
