import type { TwilioCredentials } from '../../../lambda/shared/twilio/rest-client';
import type { TwilioApiError } from '../../../lambda/shared/twilio/twilio-api-error';
import { cli } from '../../terminal/program-name';

/**
 * The part of Twilio's REST API that connects a gateway, seen from one account. Implemented in
 * twilio-account-api.ts.
 */
export interface TwilioAccountApi {
  readonly accountSid: string;
  account(): Promise<AccountFacts>;
  /** The subaccounts of a parent account; none for a subaccount. */
  subaccounts(): Promise<readonly AccountFacts[]>;
  phoneNumbers(): Promise<readonly PhoneNumberState[]>;
  messagingServices(): Promise<readonly MessagingServiceState[]>;
  usageTriggers(): Promise<readonly UsageTriggerState[]>;
  updatePhoneNumber(sid: string, fields: Partial<PhoneNumberFields>): Promise<void>;
  updateMessagingService(sid: string, fields: Partial<MessagingServiceFields>): Promise<void>;
  createUsageTrigger(trigger: UsageTriggerFields): Promise<void>;
  updateUsageTrigger(
    sid: string,
    fields: Partial<Pick<UsageTriggerFields, 'callbackUrl' | 'callbackMethod'>>,
  ): Promise<void>;
  deleteUsageTrigger(sid: string): Promise<void>;
  /** Removes the text of a message from its record. */
  redactMessage(sid: string): Promise<void>;
  /** @returns how many there were */
  deleteMedia(messageSid: string): Promise<number>;
  /** The new token. It signs nothing until it is promoted. Twilio refuses a second one. */
  createSecondaryAuthToken(): Promise<string>;
  deleteSecondaryAuthToken(): Promise<void>;
  /** Makes the secondary token the primary one, which signs webhooks; the old one stops working at once. */
  promoteSecondaryAuthToken(): Promise<void>;
}

export interface AccountFacts {
  readonly sid: string;
  readonly status: string;
  readonly type: string;
  readonly isSubaccount: boolean;
  /** The primary Auth Token, if the credentials may read it. Never printed. */
  readonly primaryAuthToken: string | undefined;
}

/** A field that is not set is an empty string. */
export interface PhoneNumberFields {
  readonly smsUrl: string;
  readonly smsMethod: string;
  readonly smsFallbackUrl: string;
  readonly smsFallbackMethod: string;
  readonly statusCallback: string;
  readonly statusCallbackMethod: string;
}

export interface PhoneNumberState extends PhoneNumberFields {
  readonly sid: string;
  readonly phoneNumber: string;
  /** A TwiML application, if there is one, replaces every URL of the number. */
  readonly smsApplicationSid: string;
  readonly voiceUrl: string;
}

export interface MessagingServiceFields {
  readonly inboundRequestUrl: string;
  readonly inboundMethod: string;
  readonly fallbackUrl: string;
  readonly fallbackMethod: string;
  readonly statusCallback: string;
  /** If true, the URLs of the sender's number replace the service's. */
  readonly useInboundWebhookOnNumber: boolean;
}

export interface MessagingServiceState extends MessagingServiceFields {
  readonly sid: string;
}

export interface UsageTriggerFields {
  readonly friendlyName: string;
  readonly usageCategory: string;
  readonly triggerBy: string;
  readonly triggerValue: string;
  /** Empty: once. */
  readonly recurring: string;
  readonly callbackUrl: string;
  readonly callbackMethod: string;
}

export interface UsageTriggerState extends UsageTriggerFields {
  readonly sid: string;
}

/** What the operator can do about a request that failed. */
export const nextAfter = ({ status }: TwilioApiError): string => {
  if (status === 401 || status === 403) {
    return (
      `Twilio refused the Auth Token or API key: see \`${cli} secret status\`, or correct TWILIO_API_KEY and ` +
      'TWILIO_API_SECRET.'
    );
  }
  return 'Try again; see https://status.twilio.com for incidents.';
};

/** Opens the API as an account; the `twilio` package is loaded only then. */
export type OpenTwilioAccount = (credentials: TwilioCredentials) => Promise<TwilioAccountApi>;
