import type {
  AccountFacts,
  MessagingServiceState,
  PhoneNumberState,
  TwilioAccountApi,
  UsageTriggerState,
} from '../../../cli/twilio/api/account-api';
import type { TwilioCredentials } from '../../../lambda/shared/twilio/rest-client';
import type { TwilioConfig } from '../../../cli/twilio/config/config';
import { fakeSecrets, secretText, type EnvironmentParts } from '../cli/fake-environment';

export const mainSid = `AC${'1'.repeat(32)}`;
export const mainToken = 'a'.repeat(32);
export const gatewayUrl = 'https://abc.execute-api.eu-west-1.example.com/dev';
export const overrides = '#rc=3&rp=4xx,5xx,ct,rt';
const fallbackUrl = 'https://fallback.example.com/twiml';
export const serviceSid = `MG${'1'.repeat(32)}`;

/** +15550100001, +15550100002, … */
export const phoneNumber = (at: number): string => `+155501${String(at).padStart(5, '0')}`;

export const numberState = (at: number, fields: Partial<PhoneNumberState> = {}): PhoneNumberState => ({
  sid: `PN${String(at).padStart(32, '0')}`,
  phoneNumber: phoneNumber(at),
  smsApplicationSid: '',
  voiceUrl: '',
  smsUrl: 'https://old.example.com/sms',
  smsMethod: 'POST',
  smsFallbackUrl: '',
  smsFallbackMethod: 'POST',
  statusCallback: '',
  statusCallbackMethod: 'POST',
  ...fields,
});

/** A number that `apply` has connected. */
export const connectedNumber = (at: number, fields: Partial<PhoneNumberState> = {}): PhoneNumberState =>
  numberState(at, { smsUrl: `${gatewayUrl}/messages${overrides}`, smsFallbackUrl: fallbackUrl, ...fields });

export const serviceState = (fields: Partial<MessagingServiceState> = {}): MessagingServiceState => ({
  sid: serviceSid,
  inboundRequestUrl: '',
  inboundMethod: 'POST',
  fallbackUrl: '',
  fallbackMethod: 'POST',
  statusCallback: '',
  useInboundWebhookOnNumber: false,
  ...fields,
});

export const connectedService = (fields: Partial<MessagingServiceState> = {}): MessagingServiceState =>
  serviceState({
    inboundRequestUrl: `${gatewayUrl}/messages${overrides}`,
    fallbackUrl,
    statusCallback: `${gatewayUrl}/status${overrides}`,
    ...fields,
  });

export const triggerState = (fields: Partial<UsageTriggerState> = {}): UsageTriggerState => ({
  sid: `UT${'1'.repeat(32)}`,
  friendlyName: 'gateway dev: totalprice +50 price daily',
  usageCategory: 'totalprice',
  triggerBy: 'price',
  triggerValue: '50.000000',
  recurring: 'daily',
  callbackUrl: `${gatewayUrl}/usage${overrides}`,
  callbackMethod: 'POST',
  ...fields,
});

export interface FakeAccount {
  readonly api: TwilioAccountApi;
  readonly phoneNumbers: PhoneNumberState[];
  readonly messagingServices: MessagingServiceState[];
  readonly usageTriggers: UsageTriggerState[];
  /** The changes that were made, in order. */
  readonly writes: string[];
}

export interface FakeAccountOptions {
  readonly accountSid?: string;
  readonly phoneNumbers?: readonly PhoneNumberState[];
  readonly messagingServices?: readonly MessagingServiceState[];
  readonly usageTriggers?: readonly UsageTriggerState[];
  readonly facts?: Partial<AccountFacts>;
  readonly subaccounts?: readonly AccountFacts[];
  /** Called before the nth change, counted from 1; throws to make it fail. */
  readonly beforeWrite?: (nth: number) => void;
}

/** An account in memory. */
export const fakeAccount = (options: FakeAccountOptions = {}): FakeAccount => {
  const phoneNumbers = [...(options.phoneNumbers ?? [])];
  const messagingServices = [...(options.messagingServices ?? [])];
  const usageTriggers = [...(options.usageTriggers ?? [])];
  const writes: string[] = [];
  let tried = 0;
  const write = async (what: string, change: () => void): Promise<void> => {
    tried += 1;
    await Promise.resolve();
    options.beforeWrite?.(tried);
    change();
    writes.push(what);
  };
  const merge = <T extends { readonly sid: string }>(into: T[], sid: string, fields: Partial<NoInfer<T>>) => {
    const at = into.findIndex((resource) => resource.sid === sid);
    const found = into[at];
    if (found === undefined) throw new Error(`the fake has no ${sid}`);
    into[at] = { ...found, ...fields };
  };
  const accountSid = options.accountSid ?? mainSid;
  return {
    phoneNumbers,
    messagingServices,
    usageTriggers,
    writes,
    api: {
      accountSid,
      account: () =>
        Promise.resolve({
          sid: accountSid,
          status: 'active',
          type: 'Full',
          isSubaccount: false,
          primaryAuthToken: mainToken,
          ...options.facts,
        }),
      subaccounts: () => Promise.resolve(options.subaccounts ?? []),
      phoneNumbers: () => Promise.resolve([...phoneNumbers]),
      messagingServices: () => Promise.resolve([...messagingServices]),
      usageTriggers: () => Promise.resolve([...usageTriggers]),
      updatePhoneNumber: (sid, fields) => write(`update ${sid}`, () => merge(phoneNumbers, sid, fields)),
      updateMessagingService: (sid, fields) => write(`update ${sid}`, () => merge(messagingServices, sid, fields)),
      createUsageTrigger: (trigger) =>
        write('create trigger', () => {
          const sid = `UT${String(usageTriggers.length).padStart(32, '0')}`;
          usageTriggers.push({ ...trigger, sid });
        }),
      updateUsageTrigger: (sid, fields) => write(`update ${sid}`, () => merge(usageTriggers, sid, fields)),
      redactMessage: (sid) => write(`redact ${sid}`, () => undefined),
      deleteMedia: () => Promise.resolve(0),
      deleteUsageTrigger: (sid) =>
        write(`delete ${sid}`, () => {
          usageTriggers.splice(
            usageTriggers.findIndex((resource) => resource.sid === sid),
            1,
          );
        }),
      createSecondaryAuthToken: () => Promise.reject(new Error('the fake has no secondary token')),
      deleteSecondaryAuthToken: () => Promise.reject(new Error('the fake has no secondary token')),
      promoteSecondaryAuthToken: () => Promise.reject(new Error('the fake has no secondary token')),
    },
  };
};

const address = (route: string) => ({
  postUrl: `${gatewayUrl}/${route}`,
  signedUrl: `${gatewayUrl}/${route}`,
});

export interface ConnectedEnvironment {
  readonly parts: EnvironmentParts;
  /** With which credentials accounts were opened. */
  readonly opened: TwilioCredentials[];
  /** What was kept to go back, by file name. */
  readonly kept: Map<string, string>;
}

/** A deployed stage `dev` with one account `main`, and a configuration of it. */
export const connectedEnvironment = (
  config: unknown,
  account: FakeAccount,
  parts: EnvironmentParts & { readonly variables?: Readonly<Record<string, string>> } = {},
): ConnectedEnvironment => {
  const opened: TwilioCredentials[] = [];
  const kept = new Map<string, string>();
  return {
    opened,
    kept,
    parts: {
      secrets: fakeSecrets({ AccountSecretsmain0123ABCD: { AWSCURRENT: secretText(mainSid, mainToken) } }),
      ...parts,
      target: {
        name: 'stage dev',
        stage: 'dev',
        webhooks: {
          messages: address('messages'),
          status: address('status'),
          usage: address('usage'),
          events: address('events'),
        },
        secretIds: ['AccountSecretsmain0123ABCD'],
        connection: { kind: 'sdk' },
        ...parts.target,
      },
      twilio: {
        config: () => Promise.resolve(config),
        variable: (name) => parts.variables?.[name],
        open: (credentials) => {
          opened.push(credentials);
          return Promise.resolve(account.api);
        },
        writePrivateFile: (fileName, text) => {
          kept.set(fileName, text);
          return Promise.resolve(`.gateway/${fileName}`);
        },
        ...parts.twilio,
      },
    },
  };
};

/** A stage `dev` whose account `main` has the given number of phone numbers, and a fallback. */
export const configOf = (count: number, more: Readonly<Record<string, unknown>> = {}): TwilioConfig => ({
  dev: {
    fallbackUrl,
    accounts: {
      main: { phoneNumbers: Array.from({ length: count }, (_, at) => phoneNumber(at + 1)), ...more },
    },
  },
}); // Tests also give what the compiler would refuse.
