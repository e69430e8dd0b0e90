import { changeAccountStatus } from './account-status';
import { apiError, applyForm, list2010, listV1, notFound, type ApiAnswer } from './answers';
import { dateFilter } from './date-filter';
import {
  createSeeds,
  iso8601,
  newHex,
  rfc2822,
  type Resource,
  type TwilioAccountState,
  type TwilioState,
} from './state';
import { usageRecords } from './usage-records';

/** A request that the description accepts, with credentials that are good for the account it is about. */
export interface ApiCall {
  readonly state: TwilioState;
  /** The account of the path, or where the path names none, the one that authenticated. */
  readonly account: TwilioAccountState;
  /** The account that authenticated. */
  readonly actor: TwilioAccountState;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parameters of the form, numbers and booleans as the description types them. */
  readonly form: Readonly<Record<string, unknown>>;
}

type Collection = 'phoneNumbers' | 'messagingServices' | 'usageTriggers' | 'calls' | 'messages' | 'media';

const own = ({ state, account }: ApiCall, collection: Collection): Resource[] =>
  [...state[collection].values()].filter((resource) => resource.account_sid === account.sid);

const found = (call: ApiCall, collection: Collection, answer: (resource: Resource) => ApiAnswer): ApiAnswer => {
  const resource = own(call, collection).find(({ sid }) => sid === call.params['Sid']);
  return resource === undefined ? notFound() : answer(resource);
};

const fetch = (collection: Collection) => (call: ApiCall) =>
  found(call, collection, (resource) => ({ status: 200, body: resource }));

const update = (collection: Collection, stamp: (date: Date) => string) => (call: ApiCall) =>
  found(call, collection, (resource) => {
    applyForm(resource, call.form);
    resource['date_updated'] = stamp(new Date());
    return { status: 200, body: resource };
  });

const remove = (collection: Collection) => (call: ApiCall) =>
  found(call, collection, ({ sid }) => {
    call.state[collection].delete(sid);
    return { status: 204 };
  });

/** Keeps what every filter of the query allows; a filter is a parameter and the field that it is about. */
const list = (collection: Collection, name: string, filters: Readonly<Record<string, string>>) => (call: ApiCall) =>
  list2010(name, {
    ...call,
    items: own(call, collection).filter((resource) =>
      Object.entries(filters).every(
        ([parameter, field]) => !call.query.has(parameter) || call.query.get(parameter) === resource[field],
      ),
    ),
  });

const accountResource = (account: TwilioAccountState) => ({
  sid: account.sid,
  owner_account_sid: account.ownerAccountSid,
  friendly_name: account.friendlyName,
  status: account.status,
  type: 'Full',
  auth_token: account.authToken,
  date_created: rfc2822(new Date(0)),
  date_updated: rfc2822(new Date(0)),
  uri: `/2010-04-01/Accounts/${account.sid}.json`,
});

const createUsageTrigger = ({ state, account, form }: ApiCall): ApiAnswer => {
  const { TriggerValue: value, UsageCategory: category } = form;
  const { price = 0 } = state.usage.get(`${account.sid} ${String(category)}`) ?? {};
  const amount = Number(String(value).replace(/^\+/, ''));
  if (!Number.isFinite(amount)) return apiError(400, 20001, 'TriggerValue is not a number');
  const trigger = createSeeds(state).addUsageTrigger(account.sid, {
    recurring: undefined,
    trigger_by: 'usage',
  });
  applyForm(trigger, form);
  // A value with + is above the current one: https://www.twilio.com/docs/usage/api/usage-trigger
  trigger['trigger_value'] = (amount + (String(value).startsWith('+') ? price : 0)).toFixed(6);
  trigger['current_value'] = price.toFixed(6);
  return { status: 201, body: trigger };
};

/** Calls that Twilio still allows to be ended. */
const live = ['queued', 'ringing', 'in-progress'];

const updateCall = (call: ApiCall): ApiAnswer =>
  found(call, 'calls', (resource) => {
    if (!live.includes(String(resource['status']))) return apiError(400, 21220, 'Call is not in-progress');
    const { Status: status } = call.form;
    if (status !== undefined) resource['status'] = status;
    return { status: 200, body: resource };
  });

/** Twilio's lists lag behind, and a message without a `date_sent` passes no filter by it. */
const listMessages = (call: ApiCall): ApiAnswer => {
  const isSentThen = dateFilter(call.query, 'DateSent');
  const items = own(call, 'messages').filter((message) => {
    const { date_created: created, date_sent: sent } = message;
    return (
      ['To', 'From'].every((name) => !call.query.has(name) || call.query.get(name) === message[name.toLowerCase()]) &&
      Date.parse(String(created)) <= Date.now() - call.state.listLagMs &&
      isSentThen(typeof sent === 'string' ? Date.parse(sent) : undefined)
    );
  });
  return list2010('messages', { ...call, items: newestFirst(items) });
};

const newestFirst = (messages: readonly Resource[]): readonly Resource[] =>
  messages
    .toSorted((one, other) => Date.parse(String(one['date_created'])) - Date.parse(String(other['date_created'])))
    .toReversed();

const messageMedia = (call: ApiCall): readonly Resource[] =>
  own(call, 'media').filter((medium) => medium['parent_sid'] === call.params['MessageSid']);

const tokenDates = () => ({ date_created: iso8601(new Date()), date_updated: iso8601(new Date()) });

/** By the operationId of Twilio's descriptions. */
export const operations: Readonly<Record<string, (call: ApiCall) => ApiAnswer>> = {
  ListAccount: (call) =>
    list2010('accounts', {
      ...call,
      items: [...call.state.accounts.values()]
        .filter(({ sid, ownerAccountSid }) => [sid, ownerAccountSid].includes(call.actor.sid))
        .filter(({ status }) => !call.query.has('Status') || call.query.get('Status') === status)
        .map(accountResource),
    }),
  FetchAccount: ({ account }) => ({ status: 200, body: accountResource(account) }),
  UpdateAccount: (call) => {
    const refused = changeAccountStatus(call);
    return refused ?? { status: 200, body: accountResource(call.account) };
  },
  ListIncomingPhoneNumber: list('phoneNumbers', 'incoming_phone_numbers', {
    PhoneNumber: 'phone_number',
    FriendlyName: 'friendly_name',
  }),
  FetchIncomingPhoneNumber: fetch('phoneNumbers'),
  UpdateIncomingPhoneNumber: update('phoneNumbers', rfc2822),
  ListCall: list('calls', 'calls', { Status: 'status', To: 'to', From: 'from' }),
  FetchCall: fetch('calls'),
  UpdateCall: updateCall,
  ListMessage: listMessages,
  FetchMessage: fetch('messages'),
  // A message that Twilio still sends cannot be redacted: https://www.twilio.com/docs/api/errors/20009
  UpdateMessage: (call) =>
    found(call, 'messages', ({ status }) =>
      ['queued', 'sending'].includes(String(status))
        ? apiError(409, 20009, 'Message is not complete')
        : update('messages', rfc2822)(call),
    ),
  ListMedia: (call) =>
    own(call, 'messages').some(({ sid }) => sid === call.params['MessageSid'])
      ? list2010('media_list', { ...call, items: messageMedia(call) })
      : notFound(),
  DeleteMedia: remove('media'),
  ListUsageTrigger: list('usageTriggers', 'usage_triggers', {
    Recurring: 'recurring',
    TriggerBy: 'trigger_by',
    UsageCategory: 'usage_category',
  }),
  FetchUsageTrigger: fetch('usageTriggers'),
  CreateUsageTrigger: createUsageTrigger,
  UpdateUsageTrigger: update('usageTriggers', rfc2822),
  DeleteUsageTrigger: remove('usageTriggers'),
  ...Object.fromEntries(
    ['', 'AllTime', 'Daily', 'LastMonth', 'Monthly', 'ThisMonth', 'Today', 'Yearly', 'Yesterday'].map((period) => [
      `ListUsageRecord${period}`,
      usageRecords,
    ]),
  ),
  ListService: (call) =>
    listV1('services', 'https://messaging.twilio.com', { ...call, items: own(call, 'messagingServices') }),
  FetchService: fetch('messagingServices'),
  UpdateService: update('messagingServices', iso8601),
  CreateSecondaryAuthToken: ({ account }) => {
    if (account.secondaryAuthToken !== undefined) {
      return apiError(400, 20001, 'The account has a secondary Auth Token already');
    }
    account.secondaryAuthToken = newHex();
    return {
      status: 201,
      body: {
        account_sid: account.sid,
        secondary_auth_token: account.secondaryAuthToken,
        url: 'https://accounts.twilio.com/v1/AuthTokens/Secondary',
        ...tokenDates(),
      },
    };
  },
  DeleteSecondaryAuthToken: ({ account }) => {
    if (account.secondaryAuthToken === undefined) return notFound();
    account.secondaryAuthToken = undefined;
    return { status: 204 };
  },
  UpdateAuthTokenPromotion: ({ account }) => {
    if (account.secondaryAuthToken === undefined) return notFound();
    // From here on the old primary token is refused.
    account.authToken = account.secondaryAuthToken;
    account.secondaryAuthToken = undefined;
    return {
      status: 200,
      body: {
        account_sid: account.sid,
        auth_token: account.authToken,
        url: 'https://accounts.twilio.com/v1/AuthTokens/Promote',
        ...tokenDates(),
      },
    };
  },
};

/** What a standard API key may not do: https://www.twilio.com/docs/iam/api-keys */
export const needsMainCredentials = (operationId: string): boolean => /Account|AuthToken/.test(operationId);
