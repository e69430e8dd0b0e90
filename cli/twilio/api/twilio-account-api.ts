import type { Twilio } from 'twilio';
import {
  TwilioRequestError,
  type MessagingServiceFields,
  type PhoneNumberFields,
  type TwilioAccountApi,
  type TwilioCredentials,
  type UsageTriggerFields,
} from './account-api';
import { createHttpClient } from './http-client';

/** Twilio's lists come in pages of this size, all of them. */
const pageSize = 1000;

/** The package types methods as plain texts where Twilio has two words, and URLs as absent where they are empty. */
const orEmpty = (value: string | null | undefined): string => value ?? '';

const numberOf = (error: object, key: 'status' | 'code'): number | undefined => {
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'number' ? value : undefined;
};

const apiError = (error: unknown): TwilioRequestError => {
  const status = error instanceof Error ? numberOf(error, 'status') : undefined;
  const code = error instanceof Error ? numberOf(error, 'code') : undefined;
  if (status === undefined)
    return new TwilioRequestError('Twilio did not answer', undefined, undefined, { cause: error });
  const known = code === undefined ? '' : `, error ${code} (https://www.twilio.com/docs/errors/${code})`;
  return new TwilioRequestError(`Twilio answered ${status}${known}`, status, code);
};

const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw apiError(error);
  }
};

/** The API through Twilio's own package, from an opened client. */
const accountApi = (client: Twilio, accountSid: string): TwilioAccountApi => {
  const account = client.api.v2010.accounts(accountSid);
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
    account: () => guarded(async () => factsOf(await account.fetch())),
    subaccounts: () =>
      guarded(async () =>
        (await client.api.v2010.accounts.list({ pageSize }))
          .filter(({ sid }) => sid !== accountSid)
          .map((found) => factsOf(found)),
      ),
    phoneNumbers: () =>
      guarded(async () =>
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
      guarded(async () =>
        (await client.messaging.v1.services.list({ pageSize })).map((found) => ({
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
      guarded(async () =>
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
      guarded(async () => {
        await account.incomingPhoneNumbers(sid).update({ ...fields });
      }),
    updateMessagingService: (sid, fields: Partial<MessagingServiceFields>) =>
      guarded(async () => {
        await client.messaging.v1.services(sid).update({ ...fields });
      }),
    createUsageTrigger: ({ triggerBy, recurring, ...trigger }: UsageTriggerFields) =>
      guarded(async () => {
        await account.usage.triggers.create({
          ...trigger,
          // The check of the configuration allows Twilio's words only.
          triggerBy: triggerBy as 'price',
          ...(recurring === '' ? {} : { recurring: recurring as 'daily' }),
        });
      }),
    updateUsageTrigger: (sid, fields) =>
      guarded(async () => {
        await account.usage.triggers(sid).update({ ...fields });
      }),
    deleteUsageTrigger: (sid) =>
      guarded(async () => {
        await account.usage.triggers(sid).remove();
      }),
    // These know no account but the one that authenticates.
    createSecondaryAuthToken: () =>
      guarded(async () => {
        const created = await client.accounts.v1.secondaryAuthToken().create();
        if (/^[0-9a-f]{32}$/i.test(created.secondaryAuthToken)) return created.secondaryAuthToken;
        throw new Error('Twilio answered without a token');
      }),
    deleteSecondaryAuthToken: () =>
      guarded(async () => {
        await client.accounts.v1.secondaryAuthToken().remove();
      }),
    promoteSecondaryAuthToken: () =>
      guarded(async () => {
        await client.accounts.v1.authTokenPromotion().update();
      }),
  };
};

export const openTwilioAccount = async (
  { accountSid, username, password }: TwilioCredentials,
  baseUrl: string | undefined,
  timeoutMs?: number,
): Promise<TwilioAccountApi> => {
  const { default: twilio } = await import('twilio');
  const httpClient = await createHttpClient(baseUrl, timeoutMs);
  // Without a log level the package reads one from the environment, and prints requests at "debug".
  return accountApi(twilio(username, password, { accountSid, httpClient, logLevel: 'none' }), accountSid);
};
