import type { BasicCredential } from '../../lambda/shared/credentials/basic-auth-secret';
import { defaultConnectionOverrides } from '../../lambda/shared/contract/connection-overrides';
import type { RouteName } from '../../lambda/shared/contract/routes';
import { CliError } from '../terminal/cli-error';
import type { Target } from '../target/target';
import type { MessagingServiceFields, PhoneNumberFields, UsageTriggerFields } from './api/account-api';
import {
  type MessagingServiceConfig,
  type PhoneNumberConfig,
  type TwilioAccountConfig,
  type TwilioStageConfig,
  type UsageTriggerConfig,
} from './config/config';
import { publicUrlProblem, webhookUrlProblem, withCredentials, withOverrides } from './webhook-url';
import { propsPlace, start } from '../terminal/program-name';

/** The desired state of an account. Absent fields stay as they are at Twilio. */
export interface DesiredAccount {
  readonly phoneNumbers: readonly { readonly number: string; readonly fields: Partial<PhoneNumberFields> }[];
  readonly messagingServices: readonly {
    readonly service: string;
    readonly fields: Partial<MessagingServiceFields>;
  }[];
  readonly usageTriggers: readonly UsageTriggerFields[];
  /** Triggers with this prefix belong to this stage; those that are no longer desired are deleted. */
  readonly triggerPrefix: string;
}

interface DesiredOptions {
  /** The stage's name, or `local`. */
  readonly stage: string;
  readonly webhooks: Target['webhooks'];
  /** Where messages go if the gateway gives no usable answer; undefined without a fallback lane. */
  readonly fallbackLane: Target['fallback'] | undefined;
  /** The same, or the lane at home if that is in another region: the configuration may name both. */
  readonly homeLane: Target['fallback'] | undefined;
  /** The credentials for the stage's Basic authentication; undefined if it has none. */
  readonly credential: BasicCredential | undefined;
  /** Whether URLs of another stage or host are allowed. */
  readonly force: boolean;
}

const defaults = { triggerBy: 'price', recurring: 'daily' } as const;

/**
 * Twilio does not let a usage trigger's value be updated, and replaces `+50` by an absolute number. So the name (at
 * most 64 characters) contains the configuration, and another configuration is another trigger.
 */
const triggerName = (prefix: string, trigger: UsageTriggerConfig): string => {
  const { triggerBy = defaults.triggerBy, recurring = defaults.recurring } = trigger;
  return `${prefix}${trigger.usageCategory} ${trigger.triggerValue} ${triggerBy} ${recurring}`;
};

const isEnabled = (setting: boolean | string): setting is true | string => setting !== false;

/** Builds the desired fields, and collects every problem with a URL. */
const builder = (config: TwilioStageConfig, options: DesiredOptions, problems: string[]) => {
  const { webhooks, fallbackLane, homeLane, force, credential } = options;
  const overrides = config.connectionOverrides ?? defaultConnectionOverrides;
  const webhook = (path: string, route: RouteName, given: true | string): string => {
    const { signedUrl } = webhooks[route];
    const url = given === true ? signedUrl : given;
    const found = webhookUrlProblem(url, route, signedUrl);
    if (found !== undefined && !(force && found.forceable)) {
      problems.push(`${path}: ${found.reason}${found.forceable ? ' (--force allows it)' : ''}`);
    }
    return withOverrides(withCredentials(url, credential), overrides);
  };
  const fallback = (path: string, own: string | undefined): string | undefined => {
    const url = own ?? config.fallbackUrl ?? fallbackLane?.signedUrl;
    if (url === undefined) return undefined;
    // API Gateway takes the messages of a lane without asking for Basic credentials.
    if ([fallbackLane?.signedUrl, homeLane?.signedUrl].includes(url)) return withOverrides(url, overrides);
    const found = publicUrlProblem(url);
    if (found !== undefined) problems.push(`${path}: ${found.reason}`);
    else if (new URL(url).host === new URL(webhooks.messages.signedUrl).host) {
      problems.push(`${path}: it is on the gateway itself, and would fail with it`);
    }
    return url;
  };
  return {
    phoneNumber: (path: string, given: string | PhoneNumberConfig) => {
      const number: PhoneNumberConfig = typeof given === 'string' ? { number: given } : given;
      const { messagesUrl, statusCallback = false } = number;
      const fallbackUrl = fallback(`${path}.fallbackUrl`, number.fallbackUrl);
      const fields: Partial<PhoneNumberFields> = {
        smsUrl: webhook(`${path}.messagesUrl`, 'messages', messagesUrl ?? true),
        smsMethod: 'POST',
        ...(fallbackUrl === undefined ? {} : { smsFallbackUrl: fallbackUrl, smsFallbackMethod: 'POST' }),
        ...(isEnabled(statusCallback)
          ? {
              statusCallback: webhook(`${path}.statusCallback`, 'events', statusCallback),
              statusCallbackMethod: 'POST',
            }
          : {}),
      };
      return { number: number.number, fields };
    },
    messagingService: (path: string, given: string | MessagingServiceConfig) => {
      const service: MessagingServiceConfig = typeof given === 'string' ? { service: given } : given;
      const { messagesUrl, statusCallback = true } = service;
      const fallbackUrl = fallback(`${path}.fallbackUrl`, service.fallbackUrl);
      const fields: Partial<MessagingServiceFields> = {
        inboundRequestUrl: webhook(`${path}.messagesUrl`, 'messages', messagesUrl ?? true),
        inboundMethod: 'POST',
        ...(fallbackUrl === undefined ? {} : { fallbackUrl, fallbackMethod: 'POST' }),
        ...(isEnabled(statusCallback)
          ? { statusCallback: webhook(`${path}.statusCallback`, 'status', statusCallback) }
          : {}),
        useInboundWebhookOnNumber: false,
      };
      return { service: service.service, fields };
    },
    usageTrigger: (path: string, prefix: string, trigger: UsageTriggerConfig): UsageTriggerFields => ({
      friendlyName: triggerName(prefix, trigger),
      ...defaults,
      ...trigger,
      callbackUrl: webhook(path, 'usage', true),
      callbackMethod: 'POST',
    }),
  };
};

/**
 * The configured authentication must be what the gateway asks for. Digest is not supported: it costs another round trip
 * per webhook and uses MD5; TLS and the signature prove more.
 */
const checkAuthentication = (config: TwilioStageConfig, { stage, credential }: DesiredOptions): void => {
  const reject = (why: string) => new CliError(`twilio.config.ts: ${stage}.httpAuthentication ${why}`, 2);
  const wanted = config.httpAuthentication;
  if (wanted === 'digest') {
    throw reject(
      'is digest, which the gateway does not support: it would reject every request. Leave it out, or use Basic ' +
        `(\`basicAuth\` in ${propsPlace}): the signature proves every webhook anyway. See docs/connect-twilio.md.`,
    );
  }
  if (wanted === 'basic' && credential === undefined) {
    throw reject(`is basic, but the stage does not ask for it: set \`basicAuth\` in ${propsPlace} and deploy.`);
  }
  if (wanted === 'none' && credential !== undefined) {
    throw reject("is none, but the stage asks for Basic authentication: Twilio's requests would be answered 401.");
  }
};

/**
 * The desired state of the accounts of a stage.
 * @throws CliError with every URL that Twilio must not get
 */
export const desiredAccounts = (
  config: TwilioStageConfig,
  options: DesiredOptions,
): ReadonlyMap<string, DesiredAccount> => {
  checkAuthentication(config, options);
  const problems: string[] = [];
  const build = builder(config, options, problems);
  const triggerPrefix = `gateway ${options.stage}: `;
  const desired = Object.entries(config.accounts).map(
    ([name, account]: [string, TwilioAccountConfig]): [string, DesiredAccount] => {
      const path = `${options.stage}.accounts.${name}`;
      return [
        name,
        {
          phoneNumbers: (account.phoneNumbers ?? []).map((number, at) =>
            build.phoneNumber(`${path}.phoneNumbers[${at}]`, number),
          ),
          messagingServices: (account.messagingServices ?? []).map((service, at) =>
            build.messagingService(`${path}.messagingServices[${at}]`, service),
          ),
          usageTriggers: (account.usageTriggers ?? []).map((trigger, at) =>
            build.usageTrigger(`${path}.usageTriggers[${at}]`, triggerPrefix, trigger),
          ),
          triggerPrefix,
        },
      ];
    },
  );
  if (problems.length > 0)
    throw new CliError(`twilio.config.ts has URLs that Twilio must not get:\n  ${problems.join('\n  ')}`, 2);
  return new Map(desired);
};

/**
 * Rejects a gateway that Twilio cannot reach: the local one without a tunnel.
 * @throws CliError that says how to get a public URL
 */
export const requirePublicGateway = (target: Target): void => {
  const found = publicUrlProblem(target.webhooks.messages.signedUrl);
  if (found === undefined) return;
  throw new CliError(
    target.connection.kind === 'local'
      ? `The local gateway has no URL that Twilio can call: ${found.reason}. ` +
          `Start a tunnel, then the gateway with \`${start} -- --public-url https://your.tunnel.example\`.`
      : `The webhook URL of this stage cannot be used: ${found.reason}. Deploy it again with \`npx cdk deploy\`.`,
  );
};
