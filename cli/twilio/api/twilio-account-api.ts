import { openAccountsApi, openTwilioClient, type AccountsApi } from '../../../lambda/shared/twilio/rest-client';
import type { TwilioCredentials } from '../../../lambda/shared/twilio/rest-client';
import { callTwilio, TwilioApiError } from '../../../lambda/shared/twilio/twilio-api-error';
import type { MessagingServiceFields, PhoneNumberFields, TwilioAccountApi, UsageTriggerFields } from './account-api';
import { createHttpClient } from './http-client';

/** All pages of a list are read. This is Twilio's largest page. */
const pageSize = 1000;

/** The package's types say that a URL may be absent; Twilio sends an empty string. */
const orEmpty = (value: string | null | undefined): string => value ?? '';

/** @throws TwilioApiError, also if Twilio does not answer */
const request = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await callTwilio(call);
  } catch (error) {
    throw error instanceof TwilioApiError ? error : new TwilioApiError(undefined, undefined, { cause: error });
  }
};

/** The parts of the `twilio` package that the account API uses. */
interface Products {
  readonly api: AccountsApi;
  readonly messaging: Awaited<ReturnType<typeof openMessaging>>;
  readonly accounts: Awaited<ReturnType<typeof openAccounts>>;
}

const accountApi = ({ api, messaging, accounts }: Products, accountSid: string): TwilioAccountApi => {
  const account = api.accounts(accountSid);
  const factsOf = (found: {
    sid: string;
    status: string;
    type: string;
    ownerAccountSid: string;
    authToken: string;
  }) => ({
    sid: found.sid,
    status: found.status,
    type: found.type,
    isSubaccount: found.ownerAccountSid !== found.sid,
    primaryAuthToken: /^[0-9a-f]{32}$/i.test(found.authToken) ? found.authToken : undefined,
  });
  return {
    accountSid,
    account: () => request(async () => factsOf(await account.fetch())),
    subaccounts: () =>
      request(async () =>
        (await api.accounts.list({ pageSize })).filter(({ sid }) => sid !== accountSid).map((found) => factsOf(found)),
      ),
    phoneNumbers: () =>
      request(async () =>
        (await account.incomingPhoneNumbers.list({ pageSize })).map((found) => ({
          sid: found.sid,
          phoneNumber: found.phoneNumber,
          smsApplicationSid: orEmpty(found.smsApplicationSid),
          voiceUrl: orEmpty(found.voiceUrl),
          smsUrl: orEmpty(found.smsUrl),
          smsMethod: orEmpty(found.smsMethod),
          smsFallbackUrl: orEmpty(found.smsFallbackUrl),
          smsFallbackMethod: orEmpty(found.smsFallbackMethod),
          statusCallback: orEmpty(found.statusCallback),
          statusCallbackMethod: orEmpty(found.statusCallbackMethod),
        })),
      ),
    messagingServices: () =>
      request(async () =>
        (await messaging.services.list({ pageSize })).map((found) => ({
          sid: found.sid,
          inboundRequestUrl: orEmpty(found.inboundRequestUrl),
          inboundMethod: orEmpty(found.inboundMethod),
          fallbackUrl: orEmpty(found.fallbackUrl),
          fallbackMethod: orEmpty(found.fallbackMethod),
          statusCallback: orEmpty(found.statusCallback),
          useInboundWebhookOnNumber: found.useInboundWebhookOnNumber,
        })),
      ),
    usageTriggers: () =>
      request(async () =>
        (await account.usage.triggers.list({ pageSize })).map((found) => ({
          sid: found.sid,
          friendlyName: orEmpty(found.friendlyName),
          usageCategory: found.usageCategory,
          triggerBy: found.triggerBy,
          triggerValue: found.triggerValue,
          recurring: orEmpty(found.recurring),
          callbackUrl: orEmpty(found.callbackUrl),
          callbackMethod: orEmpty(found.callbackMethod),
        })),
      ),
    updatePhoneNumber: (sid, fields: Partial<PhoneNumberFields>) =>
      request(async () => {
        await account.incomingPhoneNumbers(sid).update({ ...fields });
      }),
    updateMessagingService: (sid, fields: Partial<MessagingServiceFields>) =>
      request(async () => {
        await messaging.services(sid).update({ ...fields });
      }),
    createUsageTrigger: ({ triggerBy, recurring, ...trigger }: UsageTriggerFields) =>
      request(async () => {
        await account.usage.triggers.create({
          ...trigger,
          // The check of the configuration admits only Twilio's values.
          triggerBy: triggerBy as 'price',
          ...(recurring === '' ? {} : { recurring: recurring as 'daily' }),
        });
      }),
    updateUsageTrigger: (sid, fields) =>
      request(async () => {
        await account.usage.triggers(sid).update({ ...fields });
      }),
    deleteUsageTrigger: (sid) =>
      request(async () => {
        await account.usage.triggers(sid).remove();
      }),
    redactMessage: (sid) =>
      request(async () => {
        await account.messages(sid).update({ body: '' });
      }),
    deleteMedia: (messageSid) =>
      request(async () => {
        const { media } = account.messages(messageSid);
        const found = await media.list({ pageSize });
        for (const { sid } of found) await media(sid).remove();
        return found.length;
      }),
    // These always act on the account that authenticates.
    createSecondaryAuthToken: () =>
      request(async () => {
        const created = await accounts.secondaryAuthToken().create();
        if (/^[0-9a-f]{32}$/i.test(created.secondaryAuthToken)) return created.secondaryAuthToken;
        throw new Error('Twilio answered without a token');
      }),
    deleteSecondaryAuthToken: () =>
      request(async () => {
        await accounts.secondaryAuthToken().remove();
      }),
    promoteSecondaryAuthToken: () =>
      request(async () => {
        await accounts.authTokenPromotion().update();
      }),
  };
};

type Client = Awaited<ReturnType<typeof openTwilioClient>>;

const openMessaging = async (client: Client) => {
  const { default: Messaging } = await import('twilio/lib/rest/MessagingBase.js');
  return new Messaging(client).v1;
};

const openAccounts = async (client: Client) => {
  const { default: Accounts } = await import('twilio/lib/rest/AccountsBase.js');
  return new Accounts(client).v1;
};

export const openTwilioAccount = async (
  credentials: TwilioCredentials,
  baseUrl: string | undefined,
  timeoutMs?: number,
): Promise<TwilioAccountApi> => {
  const client = await openTwilioClient(credentials, createHttpClient(baseUrl, timeoutMs));
  const [api, messaging, accounts] = await Promise.all([
    openAccountsApi(client),
    openMessaging(client),
    openAccounts(client),
  ]);
  return accountApi({ api, messaging, accounts }, credentials.accountSid);
};
