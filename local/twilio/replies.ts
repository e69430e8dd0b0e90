import { readSigningAccount, type SigningAccount, type TwilioAccount } from '../accounts';
import type { FunctionConfiguration } from '../functions/execution-environment';
import type { LocalSecrets } from '../secrets-manager/local-service';
import type { GatewayOrigins } from './callback-url';
import type { ApiKey } from './messages-api';
import type { ListConditions } from './lists/list-conditions';
import type { SentWebhook } from './lists/sent-webhooks';
import type { PublishedEvent } from './opt-outs';
import { startTwilioStandIn } from './stand-in';

/** The API key to reply with, of a real Twilio account. */
export interface ReplyKey extends ApiKey {
  readonly accountSid: string;
}

export interface ReplyOptions {
  /** Undefined: replies go to the stand-in. */
  readonly key: ReplyKey | undefined;
  readonly storePath: string | undefined;
  readonly sentPath?: string | undefined;
  readonly listConditions?: (() => ListConditions) | undefined;
  readonly secrets: Pick<LocalSecrets, 'read' | 'write'>;
  /** The accounts' secrets that the gateway has now. */
  readonly secretIds: () => readonly string[];
  readonly origins: GatewayOrigins;
  readonly onLine: (line: string) => void;
}

/** Where functions send replies: to Twilio with a real key, else to the stand-in. */
export interface Replies {
  /** For the state file; undefined where replies go to Twilio. */
  readonly standIn: { readonly baseUrl: string } | undefined;
  /** Stores the key in the reply secret. Call it at the start, and after a deployment that created another secret. */
  fillSecret(secretId: string | undefined): Promise<void>;
  /**
   * Sends a function's requests to the stand-in instead of Twilio. Changes only functions that reply, read lists or
   * check a token: the circuit breaker acts on real accounts, which the stand-in does not have.
   */
  redirect(configuration: FunctionConfiguration): FunctionConfiguration;
  readonly onPublished: (event: PublishedEvent) => void;
  /** Learns of a signed request to the gateway. Absent where Twilio itself keeps the lists. */
  readonly onSent: ((webhook: SentWebhook) => void) | undefined;
  readonly close: () => Promise<void>;
}

export const startReplies = async (options: ReplyOptions): Promise<Replies> => {
  const { key, secrets, secretIds } = options;
  if (key !== undefined) {
    return {
      standIn: undefined,
      fillSecret: async (secretId) => {
        const { accountSid, apiKey, apiSecret } = key;
        if (secretId !== undefined) await secrets.write(secretId, { accountSid, apiKey, apiSecret });
      },
      redirect: (configuration) => configuration,
      onPublished: () => undefined,
      onSent: undefined,
      close: () => Promise.resolve(),
    };
  }
  const accounts = async (): Promise<readonly SigningAccount[]> => {
    const found = await Promise.all(
      secretIds().map(async (secretId) => readSigningAccount(await secrets.read(secretId))),
    );
    return found.filter((account) => account !== undefined);
  };
  const standIn = await startTwilioStandIn({ ...options, accounts });
  return {
    standIn: { baseUrl: standIn.baseUrl },
    fillSecret: async (secretId) => {
      // The accounts' secrets can be read from now on.
      standIn.resume();
      if (secretId === undefined) return;
      const entries = (await accounts()).map(({ accountSid }) => ({ accountSid, ...standIn.key }));
      await secrets.write(secretId, entries.length === 1 ? (entries[0] ?? {}) : entries);
    },
    redirect: (configuration) => {
      const { environment } = configuration;
      const names = ['REPLY_SECRET_ARN', 'RECONCILER_SECRET_ARN', 'CHECK_TOKEN'];
      if (!names.some((name) => environment[name] !== undefined)) return configuration;
      return { ...configuration, environment: { TWILIO_API_BASE_URL: standIn.baseUrl, ...environment } };
    },
    onPublished: standIn.onPublished,
    onSent: standIn.onSent,
    close: standIn.close,
  };
};

const keyNames = ['TWILIO_API_KEY', 'TWILIO_API_SECRET'] as const;

/**
 * The reply key in the environment; undefined if there is none.
 * @returns an error message if the key cannot be used
 */
export const replyKeyFrom = (
  variables: Readonly<Record<string, string | undefined>>,
  account: TwilioAccount | undefined,
): ReplyKey | undefined | string => {
  const [apiKey = '', apiSecret = ''] = keyNames.map((name) => variables[name] ?? '');
  if (apiKey === '' && apiSecret === '') return undefined;
  if (!/^SK[0-9a-fA-F]{32}$/.test(apiKey) || !/^\S+$/.test(apiSecret)) {
    return `Set both ${keyNames[0]} (SK and 32 hex digits) and ${keyNames[1]}, or neither.`;
  }
  if (account === undefined) {
    return `With ${keyNames[0]}, set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN of its account, too.`;
  }
  return { accountSid: account.accountSid, apiKey, apiSecret };
};
