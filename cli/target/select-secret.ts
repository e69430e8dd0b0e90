import { CliError } from '../terminal/cli-error';
import type { Target } from './target';

const nameContains = (secretId: string, choice: string): boolean =>
  (secretId.split(':').at(-1) ?? '').toLowerCase().includes(choice.toLowerCase());

/**
 * Selects an account secret.
 * @param choice an ARN, or a part of the secret's name (it contains the account's name in `accounts`); undefined means
 *   the only secret
 * @throws CliError if none or several match
 */
export const selectSecret = (
  { secretIds }: Pick<Target, 'secretIds'>,
  choice: string | undefined,
  option: string,
): string => {
  const found = choice === undefined ? secretIds : secretIds.filter((id) => id === choice || nameContains(id, choice));
  const [secretId] = found;
  if (secretId !== undefined && found.length === 1) return secretId;
  throw new CliError(
    `Name one secret with ${option}; ${found.length === 0 ? 'none' : 'several'} of these match: ` +
      `${secretIds.join(', ')}.`,
    2,
  );
};
