/**
 * Twilio's REST API, as far as connecting a gateway needs it, seen from one account. Implemented in
 * twilio-account-api.ts.
 */
export interface TwilioAccountApi {
  readonly accountSid: string;
  account(): Promise<AccountFacts>;
  /** The subaccounts of a main account; none for a subaccount. */
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
  /** The new token. It signs nothing until it is promoted. Twilio refuses a second one. */
  createSecondaryAuthToken(): Promise<string>;
  deleteSecondaryAuthToken(): Promise<void>;
  /** Makes the secondary token the primary one, which signs webhooks; the old one is dead at once. */
  promoteSecondaryAuthToken(): Promise<void>;
}

export interface AccountFacts {
  readonly sid: string;
  readonly status: string;
  readonly type: string;
  readonly isSubaccount: boolean;
  /** The primary Auth Token, where the credentials may see it. Never printed. */
  readonly primaryAuthToken: string | undefined;
}

/** Texts are empty where nothing is set. */
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
  /** A TwiML application takes the place of every URL of the number. */
  readonly smsApplicationSid: string;
  readonly voiceUrl: string;
}

export interface MessagingServiceFields {
  readonly inboundRequestUrl: string;
  readonly inboundMethod: string;
  readonly fallbackUrl: string;
  readonly fallbackMethod: string;
  readonly statusCallback: string;
  /** Then the URLs of the sender number take the place of the service's. */
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

/** How Twilio's API failed. Its own message is left out: it may quote a number. */
export class TwilioRequestError extends Error {
  override readonly name = 'TwilioRequestError';
  constructor(
    message: string,
    /** HTTP status; undefined if there was no answer. */
    readonly status: number | undefined,
    /** Twilio's error code, where it gave one. */
    readonly code: number | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Whether a change may have been made all the same: no answer, or a fault on Twilio's side. */
  get isAmbiguous(): boolean {
    return this.status === undefined || this.status >= 500;
  }
}

/** What to do about a request that failed. */
export const nextAfter = ({ status }: TwilioRequestError): string => {
  if (status === 401 || status === 403) {
    return 'The Auth Token or API key is refused: see `npx gateway secret status`, or correct TWILIO_API_KEY and TWILIO_API_SECRET.';
  }
  return 'Try again; https://status.twilio.com tells of incidents.';
};

export interface TwilioCredentials {
  /** The account that is acted on. */
  readonly accountSid: string;
  /** An account SID or an API key's SID. */
  readonly username: string;
  /** The Auth Token or the API key's secret. */
  readonly password: string;
}

/** Opens the API as an account; Twilio's package is loaded only then. */
export type OpenTwilioAccount = (credentials: TwilioCredentials) => Promise<TwilioAccountApi>;
