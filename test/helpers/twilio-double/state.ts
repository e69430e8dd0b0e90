import { randomBytes } from 'node:crypto';

/** A resource in the form of Twilio's answers: names in snake case. */
export type Resource = Record<string, unknown> & { readonly sid: string; readonly account_sid: string };

export interface TwilioAccountState {
  readonly sid: string;
  /** Its own SID for a parent account. */
  readonly ownerAccountSid: string;
  friendlyName: string;
  status: 'active' | 'suspended' | 'closed';
  authToken: string;
  secondaryAuthToken: string | undefined;
}

export interface ApiKeyState {
  readonly sid: string;
  readonly secret: string;
  readonly accountSid: string;
  /** A standard key may not read or change accounts, keys and Auth Tokens. */
  readonly kind: 'main' | 'standard';
}

export interface Usage {
  readonly price?: number;
  readonly count?: number;
  readonly usage?: number;
}

/** The double's whole state, by SID. Tests may change it directly, without a request. */
export interface TwilioState {
  readonly accounts: Map<string, TwilioAccountState>;
  readonly apiKeys: Map<string, ApiKeyState>;
  readonly phoneNumbers: Map<string, Resource>;
  readonly messagingServices: Map<string, Resource>;
  readonly usageTriggers: Map<string, Resource>;
  readonly calls: Map<string, Resource>;
  readonly messages: Map<string, Resource>;
  /** With the SID of the message as `parent_sid`. */
  readonly media: Map<string, Resource>;
  /** By `<account SID> <category>`; the same for every period. */
  readonly usage: Map<string, Usage>;
  /** Milliseconds until a message appears in the list of messages. */
  listLagMs: number;
}

export const createState = (): TwilioState => ({
  accounts: new Map(),
  apiKeys: new Map(),
  phoneNumbers: new Map(),
  messagingServices: new Map(),
  usageTriggers: new Map(),
  calls: new Map(),
  messages: new Map(),
  media: new Map(),
  usage: new Map(),
  listLagMs: 0,
});

export const newHex = (): string => randomBytes(16).toString('hex');
const newSid = (prefix: string): string => `${prefix}${newHex()}`;

/** RFC 2822, as the 2010 API writes times. */
export const rfc2822 = (date: Date): string => date.toUTCString().replace('GMT', '+0000');
/** ISO 8601 without fractions, as the newer APIs write them. */
export const iso8601 = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z');

const dates2010 = () => ({ date_created: rfc2822(new Date()), date_updated: rfc2822(new Date()) });

const store = (into: Map<string, Resource>, resource: Resource): Resource => {
  into.set(resource.sid, resource);
  return resource;
};

/** Fills a state the way the Twilio console would. `fields` are in the form of Twilio's answers. */
export const createSeeds = (state: TwilioState) => ({
  /** A parent account, or with `ownerAccountSid` a subaccount. */
  addAccount: (
    fields: Partial<Omit<TwilioAccountState, 'ownerAccountSid'>> & { readonly ownerAccountSid?: string } = {},
  ): TwilioAccountState => {
    const sid = fields.sid ?? newSid('AC');
    const account: TwilioAccountState = {
      friendlyName: 'An account',
      status: 'active',
      authToken: newHex(),
      secondaryAuthToken: undefined,
      ...fields,
      sid,
      ownerAccountSid: fields.ownerAccountSid ?? sid,
    };
    state.accounts.set(sid, account);
    return account;
  },
  addApiKey: (accountSid: string, kind: ApiKeyState['kind'] = 'main'): ApiKeyState => {
    const key = { sid: newSid('SK'), secret: randomBytes(16).toString('base64url'), accountSid, kind };
    state.apiKeys.set(key.sid, key);
    return key;
  },
  addPhoneNumber: (
    accountSid: string,
    phoneNumber: string,
    fields: Readonly<Record<string, unknown>> = {},
  ): Resource => {
    const sid = newSid('PN');
    return store(state.phoneNumbers, {
      sid,
      account_sid: accountSid,
      phone_number: phoneNumber,
      friendly_name: phoneNumber,
      api_version: '2010-04-01',
      beta: false,
      capabilities: { voice: true, sms: true, mms: true, fax: false },
      sms_application_sid: null,
      sms_url: '',
      sms_method: 'POST',
      sms_fallback_url: '',
      sms_fallback_method: 'POST',
      status_callback: '',
      status_callback_method: 'POST',
      voice_url: '',
      voice_method: 'POST',
      voice_fallback_url: '',
      voice_fallback_method: 'POST',
      status: 'in-use',
      uri: `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${sid}.json`,
      ...dates2010(),
      ...fields,
    });
  },
  addMessagingService: (accountSid: string, fields: Readonly<Record<string, unknown>> = {}): Resource => {
    const sid = newSid('MG');
    return store(state.messagingServices, {
      sid,
      account_sid: accountSid,
      friendly_name: 'A messaging service',
      inbound_request_url: null,
      inbound_method: 'POST',
      fallback_url: null,
      fallback_method: 'POST',
      status_callback: null,
      use_inbound_webhook_on_number: false,
      validity_period: 36_000,
      date_created: iso8601(new Date()),
      date_updated: iso8601(new Date()),
      url: `https://messaging.twilio.com/v1/Services/${sid}`,
      ...fields,
    });
  },
  addUsageTrigger: (accountSid: string, fields: Readonly<Record<string, unknown>> = {}): Resource => {
    const sid = newSid('UT');
    const { usage_category: given } = fields;
    const category = typeof given === 'string' ? given : 'totalprice';
    return store(state.usageTriggers, {
      sid,
      account_sid: accountSid,
      api_version: '2010-04-01',
      friendly_name: null,
      usage_category: category,
      trigger_by: 'price',
      trigger_value: '50.000000',
      current_value: '0.000000',
      recurring: 'daily',
      callback_url: 'https://elsewhere.example/usage',
      callback_method: 'POST',
      date_fired: null,
      usage_record_uri: `/2010-04-01/Accounts/${accountSid}/Usage/Records.json?Category=${category}`,
      uri: `/2010-04-01/Accounts/${accountSid}/Usage/Triggers/${sid}.json`,
      ...dates2010(),
      ...fields,
    });
  },
  addCall: (accountSid: string, fields: Readonly<Record<string, unknown>> = {}): Resource => {
    const sid = newSid('CA');
    return store(state.calls, {
      sid,
      account_sid: accountSid,
      api_version: '2010-04-01',
      direction: 'outbound-api',
      from: '+15550100002',
      to: '+15550100001',
      status: 'in-progress',
      uri: `/2010-04-01/Accounts/${accountSid}/Calls/${sid}.json`,
      ...dates2010(),
      ...fields,
    });
  },
  /** An incoming message that was received now, unless `fields` say otherwise. */
  addMessage: (
    accountSid: string,
    sid: string,
    body: string,
    mediaCount = 0,
    fields: Readonly<Record<string, unknown>> = {},
  ): Resource => {
    for (let at = 0; at < mediaCount; at += 1) {
      const mediaSid = newSid('ME');
      store(state.media, {
        sid: mediaSid,
        account_sid: accountSid,
        parent_sid: sid,
        content_type: 'image/jpeg',
        uri: `/2010-04-01/Accounts/${accountSid}/Messages/${sid}/Media/${mediaSid}.json`,
        ...dates2010(),
      });
    }
    return store(state.messages, {
      sid,
      account_sid: accountSid,
      api_version: '2010-04-01',
      body,
      direction: 'inbound',
      from: '+15550100001',
      to: '+15550100002',
      num_media: String(mediaCount),
      num_segments: '1',
      messaging_service_sid: null,
      error_code: null,
      status: 'received',
      uri: `/2010-04-01/Accounts/${accountSid}/Messages/${sid}.json`,
      ...dates2010(),
      date_sent: rfc2822(new Date()),
      ...fields,
    });
  },
  /** Sets an account's usage records of a category, for every period. */
  setUsage: (accountSid: string, category: string, usage: Usage): void => {
    state.usage.set(`${accountSid} ${category}`, usage);
  },
});

export type TwilioSeeds = ReturnType<typeof createSeeds>;
