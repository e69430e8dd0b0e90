import {
  isSharedKeyName,
  maxSharedKeys,
  parseAccountSecret,
  type AccountSecret,
  type SharedKey,
} from '../../lambda/shared/credentials/account-secret';
import type { SecretReader } from '../clients/ports';
import { secretSetCommand } from '../target/select-secret';
import { CliError } from '../terminal/cli-error';
import { cli } from '../terminal/program-name';

/** Anything shorter is not a Twilio key, or only a part of one. */
const minKeyLength = 16;
const maxKeyLength = 512;

const names = ({ sharedKeys = [] }: AccountSecret): string =>
  sharedKeys.length === 0 ? 'none' : sharedKeys.map(({ name }) => name).join(', ');

/**
 * Reads a secret to change its SharedKeys.
 * @throws CliError if it holds no account, or during a rotation, whose AWSPENDING still has the old keys
 */
export const readForChange = async (
  reader: SecretReader,
  secretId: string,
  stageOption: string,
): Promise<AccountSecret> => {
  const found = await reader.read(secretId, 'AWSCURRENT');
  const parsed = found.kind === 'text' ? parseAccountSecret(found.text) : undefined;
  if (parsed?.kind !== 'ok') {
    throw new CliError(
      `The secret holds no Auth Token yet, or is damaged. Next: ${secretSetCommand(secretId, stageOption)}`,
    );
  }
  const { AWSPENDING: pending, AWSCURRENT: current } = (await reader.describe(secretId))?.versionIds ?? {};
  if (pending !== undefined && pending !== current) {
    throw new CliError(
      'A rotation of the Auth Token is under way. ' +
        `Next: ${cli} secret rotate${stageOption} completes it; with --cancel it undoes it.`,
    );
  }
  return parsed.secret;
};

/**
 * Checks the input before it is stored.
 * @throws CliError that says what is wrong and never repeats the key
 */
export const checkedSharedKey = (name: string, entered: string, held: AccountSecret): SharedKey => {
  if (!isSharedKeyName(name)) {
    throw new CliError('The name of a SharedKey has 1 to 64 letters, digits, ".", "_" and "-".', 2);
  }
  const key = entered.trim();
  if (key.length < minKeyLength || key.length > maxKeyLength || /\s/.test(key)) {
    throw new CliError(
      `The secret of a SharedKey has ${minKeyLength} to ${maxKeyLength} characters without white space; ` +
        `got ${key.length} characters. Twilio shows it once, when the SharedKey is created.`,
    );
  }
  if (key === held.authToken) throw new CliError('That is the Auth Token, not a SharedKey. Nothing was changed.');
  return { name, key };
};

/** @throws CliError if there are too many, or the name or key is already stored */
export const withSharedKey = (held: AccountSecret, added: SharedKey): AccountSecret => {
  const { sharedKeys = [] } = held;
  if (sharedKeys.some(({ name }) => name === added.name)) {
    throw new CliError(
      `There already is a SharedKey ${added.name}. Choose another name, and retire the old one later.`,
    );
  }
  const same = sharedKeys.find(({ key }) => key === added.key);
  if (same !== undefined) throw new CliError(`That secret is already stored, as ${same.name}. Nothing was changed.`);
  if (sharedKeys.length >= maxSharedKeys) {
    throw new CliError(
      `The account has ${maxSharedKeys} SharedKeys, which is the limit. Retire one first: ${names(held)}.`,
    );
  }
  return { ...held, sharedKeys: [...sharedKeys, added] };
};

/** @throws CliError if there is none with this name */
export const withoutSharedKey = (held: AccountSecret, name: string): AccountSecret => {
  const sharedKeys = (held.sharedKeys ?? []).filter((sharedKey) => sharedKey.name !== name);
  if (sharedKeys.length === (held.sharedKeys ?? []).length) {
    throw new CliError(`There is no SharedKey with this name. Stored: ${names(held)}.`, 2);
  }
  return { ...held, sharedKeys };
};

/**
 * Selects the SharedKey to sign with.
 * @param choice its name; true takes the one that was stored last
 * @throws CliError if there is none
 */
export const chooseSharedKey = (account: AccountSecret, choice: string | true): SharedKey => {
  const { sharedKeys = [] } = account;
  const chosen = choice === true ? sharedKeys.at(-1) : sharedKeys.find(({ name }) => name === choice);
  if (chosen !== undefined) return chosen;
  throw new CliError(
    `The account has no such SharedKey. Stored: ${names(account)}. \`${cli} secret shared-key set\` stores one.`,
  );
};
