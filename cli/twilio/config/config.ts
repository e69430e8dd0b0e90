/**
 * What of Twilio uses this gateway, per stage: the types of `twilio.config.ts`. `gateway twilio plan` compares it with the account,
 * `apply` makes it so, `doctor` watches it.
 */
export type TwilioConfig = Readonly<Record<string, TwilioStageConfig>>;

export interface TwilioStageConfig {
  /**
   * Connection overrides, which every webhook URL carries after `#`: without them Twilio retries a failed connection once and nothing else.
   * @default 'rc=3&rp=4xx,5xx,ct,rt'
   * @see https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
   */
  readonly connectionOverrides?: string;
  /**
   * What Twilio requests when the gateway does not answer an incoming message, for every number and service without one of its own. It
   * must live elsewhere than the gateway: a TwiML bin, a function of another provider.
   * @default whatever is set at Twilio stays, and `doctor` asks for one
   */
  readonly fallbackUrl?: string;
  /**
   * HTTP authentication that Twilio is to use beside the signature. `basic` comes from the stage's `basicAuth` and its
   * secret, not from here; it is known here so that a stage without it is refused. Digest is refused: docs/connect-twilio.md.
   * @default what the stage asks for
   */
  readonly httpAuthentication?: 'none' | 'basic' | 'digest';
  /** By account name as in the stage's `accounts`: each has its own secret, which says which account it is. */
  readonly accounts: Readonly<Record<string, TwilioAccountConfig>>;
}

export interface TwilioAccountConfig {
  /** Numbers whose incoming messages come here: E.164 or `PN…`, alone or with settings. */
  readonly phoneNumbers?: readonly (string | PhoneNumberConfig)[];
  /** Messaging services whose incoming messages and statuses come here: `MG…`, alone or with settings. */
  readonly messagingServices?: readonly (string | MessagingServiceConfig)[];
  /** Usage triggers that report here. Those that `apply` made and that are no longer listed are deleted. */
  readonly usageTriggers?: readonly UsageTriggerConfig[];
}

interface InboundConfig {
  /**
   * The stage's `/messages`, with a query of your own if you want one.
   * @default the stage's URL without a query
   */
  readonly messagesUrl?: string;
  /** @default the `fallbackUrl` of the stage */
  readonly fallbackUrl?: string;
}

export interface PhoneNumberConfig extends InboundConfig {
  /** E.164 or `PN…`. */
  readonly number: string;
  /**
   * Where the status of voice calls goes: true for the stage's `/events`, or that URL with a query of your own.
   * @default false: what is set at Twilio stays
   */
  readonly statusCallback?: boolean | string;
}

export interface MessagingServiceConfig extends InboundConfig {
  /** `MG…`. */
  readonly service: string;
  /**
   * Where the status of messages goes: true for the stage's `/status`, or that URL with a query of your own; false leaves what is set.
   * @default true
   */
  readonly statusCallback?: boolean | string;
}

/** @see https://www.twilio.com/docs/usage/api/usage-trigger */
export interface UsageTriggerConfig {
  /** For example `totalprice`. */
  readonly usageCategory: string;
  /** For example `+50`: fifty above the value of the moment when it is created. */
  readonly triggerValue: string;
  /** @default 'price' */
  readonly triggerBy?: 'price' | 'usage' | 'count';
  /** @default 'daily' */
  readonly recurring?: 'daily' | 'monthly' | 'yearly' | 'alltime';
}

/** The name of the local gateway among the stages. */
export const localStage = 'local';

/** Gives `twilio.config.ts` its types. */
export const defineTwilioConfig = (config: TwilioConfig): TwilioConfig => config;
