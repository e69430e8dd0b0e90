import { parseAccountSecret, type AccountSecret } from '../../../lambda/shared/credentials/account-secret';
import type { SecretReader } from '../../clients/ports';
import { secretIdOf } from '../../target/select-secret';
import { CliError } from '../../terminal/cli-error';
import type { OpenTwilioAccount, TwilioAccountApi } from './account-api';
import { cli, propsPlace } from '../../terminal/program-name';

/** A Twilio API key, main or standard. */
export interface ApiKey {
  readonly sid: string;
  readonly secret: string;
}

/** The dependencies of commands that call Twilio. */
export interface TwilioEnvironment {
  /** What `twilio.config.ts` in the working directory exports, unchecked; undefined if there is no such file. */
  readonly config: () => Promise<unknown>;
  /** An environment variable; undefined if it is unset or empty. */
  readonly variable: (name: string) => string | undefined;
  readonly open: OpenTwilioAccount;
  /**
   * Writes a new file in `.gateway/` that only its owner can read.
   * @returns its path, relative to the working directory
   */
  readonly writePrivateFile: (fileName: string, text: string) => Promise<string>;
}

export interface OpenAccount {
  /** As in the configuration. */
  readonly name: string;
  readonly secretId: string;
  readonly secret: AccountSecret;
  readonly usesApiKey: boolean;
  readonly api: TwilioAccountApi;
}

export type AccountConnection =
  | ({ readonly kind: 'open' } & OpenAccount)
  | {
      readonly kind: 'unavailable';
      readonly name: string;
      /** Undefined where the stage has no such account. */
      readonly secretId: string | undefined;
      readonly reason: string;
      readonly next: string;
    };

const variableName = (base: string, account: string): string =>
  `${base}_${account.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;

/**
 * The API key for an account: TWILIO_API_KEY_<NAME> and TWILIO_API_SECRET_<NAME>, or without the name where the stage
 * has one account.
 * @throws CliError for half a pair, or for a pair without a name where the stage has several accounts
 */
export const apiKeyOf = (
  { variable }: Pick<TwilioEnvironment, 'variable'>,
  account: string,
  isOnlyAccount: boolean,
): ApiKey | undefined => {
  const pair = (key: string, secretName: string): ApiKey | undefined => {
    const [sid, secret] = [variable(key), variable(secretName)];
    if (sid === undefined && secret === undefined) return undefined;
    if (sid === undefined || secret === undefined || !/^SK[0-9a-fA-F]{32}$/.test(sid)) {
      throw new CliError(`${key} must be SK and 32 hexadecimal digits, and ${secretName} its secret.`, 2);
    }
    return { sid, secret };
  };
  const own = pair(variableName('TWILIO_API_KEY', account), variableName('TWILIO_API_SECRET', account));
  if (own !== undefined) return own;
  const general = pair('TWILIO_API_KEY', 'TWILIO_API_SECRET');
  if (general === undefined || isOnlyAccount) return general;
  throw new CliError(
    'The stage has several accounts, and an API key belongs to one of them. Name it, for example ' +
      `${variableName('TWILIO_API_KEY', account)}.`,
    2,
  );
};

export interface AccountsToOpen {
  readonly names: readonly string[];
  readonly secretIds: readonly string[];
  readonly secrets: SecretReader;
  /** ` --stage dev`, or nothing for the local gateway. */
  readonly stageOption: string;
}

const openAccount = async (
  environment: TwilioEnvironment,
  name: string,
  { names, secretIds, secrets, stageOption }: AccountsToOpen,
): Promise<AccountConnection> => {
  const secretId = secretIdOf(secretIds, name);
  const unavailable = (reason: string, next: string): AccountConnection => ({
    kind: 'unavailable',
    name,
    secretId,
    reason,
    next,
  });
  if (secretId === undefined) {
    return unavailable(
      'the stage has no account of this name, so all its webhooks would be rejected',
      `add it to \`accounts\` of the stage in ${propsPlace} and deploy, or correct twilio.config.ts`,
    );
  }
  const setSecretCommand = `${cli} secret set${stageOption} --name ${name} --account-sid ACxxxx…`;
  const found = await secrets.read(secretId, 'AWSCURRENT');
  if (found.kind === 'missing')
    return unavailable('its secret does not exist', `deploy again, then \`${setSecretCommand}\``);
  const parsed = parseAccountSecret(found.text);
  if (parsed.kind === 'placeholder') return unavailable('its secret is still the placeholder', setSecretCommand);
  if (parsed.kind === 'invalid') return unavailable(`its secret cannot be used: ${parsed.detail}`, setSecretCommand);
  const { secret } = parsed;
  const key = apiKeyOf(environment, name, names.length === 1);
  const api = await environment.open({
    accountSid: secret.accountSid,
    username: key?.sid ?? secret.accountSid,
    password: key?.secret ?? secret.authToken,
  });
  return { kind: 'open', name, secretId, secret, usesApiKey: key !== undefined, api };
};

/** Opens Twilio's API for each account: with its API key from the environment, else the Auth Token in its secret. */
export const openAccounts = (
  environment: TwilioEnvironment,
  accounts: AccountsToOpen,
): Promise<readonly AccountConnection[]> =>
  Promise.all(accounts.names.map((name) => openAccount(environment, name, accounts)));

/** @throws CliError with every account that cannot be opened, why, and what to do */
export const requireOpen = (connections: readonly AccountConnection[]): readonly OpenAccount[] => {
  const unavailable = connections.flatMap((connection) =>
    connection.kind === 'unavailable'
      ? [`Account ${connection.name}: ${connection.reason}. Next: ${connection.next}`]
      : [],
  );
  if (unavailable.length > 0) throw new CliError(unavailable.join('\n'));
  return connections.flatMap((connection) => (connection.kind === 'open' ? [connection] : []));
};
