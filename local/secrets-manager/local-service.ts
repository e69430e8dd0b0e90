import { developmentAccount, readAccount, type TwilioAccount } from '../accounts';
import { createAwsJsonServer } from '../server/aws-json';
import { localAccountId, localRegion } from '../server/aws-identity';
import { arnOfSecret } from './secret';
import { createSecretsManager } from './secrets-manager';

export interface LocalSecrets {
  readonly endpoint: string;
  /** The ARN of a secret, which `create` may create later. */
  arn(name: string): string;
  /** Does nothing if the secret exists. */
  create(name: string, initialValue: string): Promise<void>;
  /**
   * Stores an account in a secret. Without an account, the secret's value stays, and a placeholder gets made-up
   * credentials.
   */
  useAccount(
    secretId: string,
    account: TwilioAccount | undefined,
  ): Promise<{ readonly account: TwilioAccount; readonly madeUp: boolean }>;
  /** The current value. */
  read(secretId: string): Promise<string | undefined>;
  /** Stores a value, unless it is the current one. */
  write(secretId: string, value: object): Promise<void>;
  readonly close: () => Promise<void>;
}

/** The JSON of an account's secret. */
const contentOf = (secretString: string | undefined): object => JSON.parse(secretString ?? '{}') as object;

/** Secrets Manager on the loopback interface. Secrets are kept in the file, or in memory without a path. */
export const startSecrets = async (options: { readonly storePath: string | undefined }): Promise<LocalSecrets> => {
  const { storePath } = options;
  const { actions, handler, close } = await createSecretsManager({
    region: localRegion,
    accountId: localAccountId,
    ...(storePath === undefined ? {} : { storePath }),
  });
  const server = await createAwsJsonServer(handler).start();
  const put = (secretId: string, account: object) =>
    actions.PutSecretValue({ SecretId: secretId, SecretString: JSON.stringify(account) });

  const read = async (secretId: string): Promise<string | undefined> =>
    (await actions.GetSecretValue({ SecretId: secretId })).SecretString;

  return {
    endpoint: server.endpoint,
    read,
    write: async (secretId, value) => {
      if ((await read(secretId)) !== JSON.stringify(value)) await put(secretId, value);
    },
    arn: (name) => arnOfSecret(localRegion, localAccountId, name),
    create: async (name, initialValue) => {
      try {
        await actions.DescribeSecret({ SecretId: name });
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') throw error;
        await actions.CreateSecret({ Name: name, SecretString: initialValue });
      }
    },
    useAccount: async (secretId, account) => {
      const { SecretString } = await actions.GetSecretValue({ SecretId: secretId });
      const kept = readAccount(SecretString);
      if (account !== undefined) {
        const isKept = kept?.accountSid === account.accountSid && kept.authToken === account.authToken;
        const isSameAccount = kept?.accountSid === account.accountSid;
        // A new token of the same account keeps the other fields of its secret, such as SharedKeys.
        if (!isKept) await put(secretId, isSameAccount ? { ...contentOf(SecretString), ...account } : account);
        return { account, madeUp: false };
      }
      if (kept !== undefined) return { account: kept, madeUp: false };
      const madeUpAccount = developmentAccount();
      await put(secretId, madeUpAccount);
      return { account: madeUpAccount, madeUp: true };
    },
    close: async () => {
      await server.close();
      await close();
    },
  };
};
