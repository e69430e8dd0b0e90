import type { MessagingServiceFields, PhoneNumberFields, UsageTriggerFields } from './api/account-api';
import type { Change } from './plan';

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';

const phoneNumber: Readonly<Record<keyof PhoneNumberFields, 'string'>> = {
  smsUrl: 'string',
  smsMethod: 'string',
  smsFallbackUrl: 'string',
  smsFallbackMethod: 'string',
  statusCallback: 'string',
  statusCallbackMethod: 'string',
};
const messagingService: Readonly<Record<keyof MessagingServiceFields, 'string' | 'boolean'>> = {
  inboundRequestUrl: 'string',
  inboundMethod: 'string',
  fallbackUrl: 'string',
  fallbackMethod: 'string',
  statusCallback: 'string',
  useInboundWebhookOnNumber: 'boolean',
};
const usageTrigger: Readonly<Record<keyof UsageTriggerFields, 'string'>> = {
  friendlyName: 'string',
  usageCategory: 'string',
  triggerBy: 'string',
  triggerValue: 'string',
  recurring: 'string',
  callbackUrl: 'string',
  callbackMethod: 'string',
};
const { callbackUrl, callbackMethod } = usageTrigger;

type FieldTypes = Readonly<Record<string, 'string' | 'boolean'>>;

/** What a kind of change is about: the SID's prefix, and the fields that `apply` sets, or a whole trigger. */
const shapes: Readonly<Record<Change['kind'], { readonly prefix?: string; readonly updates?: FieldTypes }>> =
  {
    'update-phone-number': { prefix: 'PN', updates: phoneNumber },
    'update-messaging-service': { prefix: 'MG', updates: messagingService },
    'update-usage-trigger': { prefix: 'UT', updates: { callbackUrl, callbackMethod } },
    'create-usage-trigger': {},
    'delete-usage-trigger': { prefix: 'UT' },
  };

const updateFault = (types: FieldTypes, { fields, set }: Fields): string | undefined => {
  if (!Array.isArray(fields) || fields.length === 0) return 'fields is no list';
  if (!isObject(set)) return 'set is no object';
  const names: unknown[] = [];
  for (const one of fields as readonly unknown[]) {
    if (!isObject(one) || !isText(one['field']) || !Object.hasOwn(types, one['field']))
      return 'a field is none that apply sets';
    const type = types[one['field']];
    if (typeof one['from'] !== type || typeof one['to'] !== type) return `${one['field']} has no two values`;
    if (set[one['field']] !== one['to']) return `set and fields differ in ${one['field']}`;
    names.push(one['field']);
  }
  return Object.keys(set).length === new Set(names).size ? undefined : 'set and fields differ';
};

/** Why a change of an undo record is none that `apply` writes, or undefined. Names of fields only: values may be telephone numbers. */
export const changeFault = (change: unknown): string | undefined => {
  if (!isObject(change)) return 'it is no object';
  const { kind, account, name, sid, trigger } = change;
  if (!isText(kind) || !Object.hasOwn(shapes, kind)) return 'its kind is unknown';
  const { prefix, updates } = shapes[kind as Change['kind']]; // hasOwn has just said so.
  if (!isText(account) || !isText(name)) return 'account or name is no text';
  if (prefix !== undefined && !(isText(sid) && new RegExp(`^${prefix}[0-9a-fA-F]{32}$`).test(sid))) {
    return `sid is not ${prefix} and 32 hex digits`;
  }
  if (updates !== undefined) return updateFault(updates, change);
  if (!isObject(trigger)) return 'trigger is no object';
  const wrong = Object.keys(usageTrigger).find((key) => !isText(trigger[key]));
  return wrong === undefined ? undefined : `trigger.${wrong} is no text`;
};
