/**
 * What `twilio.config.ts` imports.
 * @module twilio-webhook-gateway/config
 */

/**
 * The types of `twilio.config.ts`: the Twilio resources that use this gateway, per stage. `gateway twilio plan`
 * compares it with the account, `apply` changes the account to match, `doctor` checks it.
 */
export type TwilioConfig = Readonly<Record<string, TwilioStageConfig>>;

/** The resources at Twilio that a stage configures. */
export interface TwilioStageConfig {
  /**
   * Connection overrides, appended to every webhook URL after `#`. Without them Twilio only retries a failed
   * connection, once.
   * @default 'rc=3&rp=4xx,5xx,ct,rt'
   * @see https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
   */
  readonly connectionOverrides?: string;
  /**
   * The URL that Twilio requests if the gateway does not answer an incoming message, for every number and service
   * without its own. It must not be on the gateway, which would fail with it: use a TwiML bin, a function of another
   * provider, or the gateway's fallback lane.
   * @default the fallback lane of the stage if it has one; else unchanged at Twilio, and `doctor` recommends one
   */
  readonly fallbackUrl?: string;
  /**
   * HTTP authentication in addition to the signature. The stage's `basicAuth` turns Basic on, not this key; this key
   * only makes a mismatch an error. Digest is rejected: docs/connect-twilio.md.
   * @default what the stage asks for
   */
  readonly httpAuthentication?: 'none' | 'basic' | 'digest';
  /** By account name as in the stage's `accounts`: each has its own secret, which holds the account SID. */
  readonly accounts: Readonly<Record<string, TwilioAccountConfig>>;
}

/** The resources of one Twilio account. */
export interface TwilioAccountConfig {
  /** Numbers whose incoming messages the gateway receives: E.164 or `PN…`, or an object with settings. */
  readonly phoneNumbers?: readonly (string | PhoneNumberConfig)[];
  /** Messaging services whose messages and statuses the gateway receives: `MG…`, or an object with settings. */
  readonly messagingServices?: readonly (string | MessagingServiceConfig)[];
  /** Usage triggers that call the gateway. `apply` deletes those that it created and that are no longer listed. */
  readonly usageTriggers?: readonly UsageTriggerConfig[];
}

/** Where incoming messages go. */
export interface InboundConfig {
  /**
   * The stage's `/messages`, optionally with your own query.
   * @default the stage's URL without a query
   */
  readonly messagesUrl?: string;
  /**
   * The URL that Twilio requests if the gateway does not answer.
   * @default the `fallbackUrl` of the stage
   */
  readonly fallbackUrl?: string;
}

/** A phone number with settings. */
export interface PhoneNumberConfig extends InboundConfig {
  /** E.164 or `PN…`. */
  readonly number: string;
  /**
   * Status callback URL of voice calls: true for the stage's `/events`, or that URL with your own query.
   * @default false: unchanged at Twilio
   */
  readonly statusCallback?: boolean | string;
}

/** A messaging service with settings. */
export interface MessagingServiceConfig extends InboundConfig {
  /** `MG…`. */
  readonly service: string;
  /**
   * Status callback URL of messages: true for the stage's `/status`, or that URL with your own query; false leaves it
   * unchanged.
   * @default true
   */
  readonly statusCallback?: boolean | string;
}

/**
 * A usage trigger that calls the gateway.
 * @see https://www.twilio.com/docs/usage/api/usage-trigger
 */
export interface UsageTriggerConfig {
  /** For example `totalprice`. */
  readonly usageCategory: string;
  /** For example `+50`: fifty above the usage at the time of creation. */
  readonly triggerValue: string;
  /**
   * The unit of the value.
   * @default 'price'
   */
  readonly triggerBy?: 'price' | 'usage' | 'count';
  /**
   * The period after which the usage begins at zero again.
   * @default 'daily'
   */
  readonly recurring?: 'daily' | 'monthly' | 'yearly' | 'alltime';
}

/**
 * The name of the local gateway among the stages.
 * @internal
 */
export const localStage = 'local';

/** Gives `twilio.config.ts` its types. */
export const defineTwilioConfig = (config: TwilioConfig): TwilioConfig => config;
