import type Twilio from 'twilio/lib/base/BaseTwilio.js';
import type { TwilioHttpClient } from './twilio-http';

export interface TwilioCredentials {
  /** The account to act on. */
  readonly accountSid: string;
  /** An account SID or an API key's SID. */
  readonly username: string;
  /** The Auth Token or the API key's secret. */
  readonly password: string;
}

/**
 * The official client, without its HTTP client. Its parts are loaded when they are needed, by deep paths: the package's
 * root would add 2.7 MB of other products.
 */
export const openTwilioClient = async (
  { accountSid, username, password }: TwilioCredentials,
  httpClient: TwilioHttpClient,
) => {
  // A bundle has the names of the CommonJS module, Node only its exports as the default.
  const { Client }: Pick<typeof Twilio, 'Client'> = await import('twilio/lib/base/BaseTwilio.js').then(
    (module: Partial<typeof Twilio> & { readonly default: typeof Twilio }) =>
      module.Client === undefined ? module.default : { Client: module.Client },
  );
  // The package types its own class, but calls `request` only. At the log level "debug" its own class would print
  // requests.
  return new Client(username, password, { accountSid, httpClient: httpClient as never, logLevel: 'none' });
};

type TwilioClient = Awaited<ReturnType<typeof openTwilioClient>>;

/** The API of accounts, calls, phone numbers and usage: https://www.twilio.com/docs/usage/api */
export const openAccountsApi = async (client: TwilioClient) => {
  const { default: Api } = await import('twilio/lib/rest/ApiBase.js');
  return new Api(client).v2010;
};

export type AccountsApi = Awaited<ReturnType<typeof openAccountsApi>>;
