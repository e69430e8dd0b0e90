import { isObject, type JsonObject } from '../json-fields';
import type { MessagingServiceFields, PhoneNumberFields, UsageTriggerFields } from './api/account-api';

/** A field with its value at Twilio and the value it should have. */
export interface FieldChange {
  readonly field: string;
  readonly from: string | boolean;
  readonly to: string | boolean;
}

/** Which resource, for messages. */
export interface ResourceLabel {
  /** The account's name in the configuration. */
  readonly account: string;
  /** The phone number, the trigger's name or the SID. */
  readonly name: string;
}

/** One request to Twilio. */
export type Change = ResourceLabel &
  (
    | {
        readonly kind: 'update-phone-number';
        readonly sid: string;
        readonly fields: readonly FieldChange[];
        readonly set: Partial<PhoneNumberFields>;
      }
    | {
        readonly kind: 'update-messaging-service';
        readonly sid: string;
        readonly fields: readonly FieldChange[];
        readonly set: Partial<MessagingServiceFields>;
      }
    | {
        readonly kind: 'update-usage-trigger';
        readonly sid: string;
        readonly fields: readonly FieldChange[];
        readonly set: Partial<Pick<UsageTriggerFields, 'callbackUrl' | 'callbackMethod'>>;
      }
    | { readonly kind: 'create-usage-trigger'; readonly trigger: UsageTriggerFields }
    | { readonly kind: 'delete-usage-trigger'; readonly sid: string; readonly trigger: UsageTriggerFields }
  );

type FieldTypes = Readonly<Record<string, 'string' | 'boolean'>>;

const phoneNumberFields: Readonly<Record<keyof PhoneNumberFields, 'string'>> = {
  smsUrl: 'string',
  smsMethod: 'string',
  smsFallbackUrl: 'string',
  smsFallbackMethod: 'string',
  statusCallback: 'string',
  statusCallbackMethod: 'string',
};
const messagingServiceFields: Readonly<Record<keyof MessagingServiceFields, 'string' | 'boolean'>> = {
  inboundRequestUrl: 'string',
  inboundMethod: 'string',
  fallbackUrl: 'string',
  fallbackMethod: 'string',
  statusCallback: 'string',
  useInboundWebhookOnNumber: 'boolean',
};
const usageTriggerFields: Readonly<Record<keyof UsageTriggerFields, 'string'>> = {
  friendlyName: 'string',
  usageCategory: 'string',
  triggerBy: 'string',
  triggerValue: 'string',
  recurring: 'string',
  callbackUrl: 'string',
  callbackMethod: 'string',
};
const { callbackUrl, callbackMethod } = usageTriggerFields;

interface ChangeShape {
  /** Of the resource's SID, if the change has one. */
  readonly sidPrefix?: string;
  /** The fields that `apply` updates; undefined if the change holds a whole trigger. */
  readonly fields?: FieldTypes;
}

const shapes: Readonly<Record<Change['kind'], ChangeShape>> = {
  'update-phone-number': { sidPrefix: 'PN', fields: phoneNumberFields },
  'update-messaging-service': { sidPrefix: 'MG', fields: messagingServiceFields },
  'update-usage-trigger': { sidPrefix: 'UT', fields: { callbackUrl, callbackMethod } },
  'create-usage-trigger': {},
  'delete-usage-trigger': { sidPrefix: 'UT' },
};

const isText = (value: unknown): value is string => typeof value === 'string';

/**
 * Finds what is wrong with a change that was read from a file; undefined if `apply` may have written it. Names fields
 * only, because values may be phone numbers. `set` is not checked: an undo does not use it.
 */
export const changeProblem = (change: unknown): string | undefined => {
  if (!isObject(change)) return 'is not an object';
  const { kind, account, name, sid, trigger } = change;
  if (!isText(kind) || !Object.hasOwn(shapes, kind)) return 'has an unknown kind';
  const { sidPrefix, fields } = shapes[kind as Change['kind']]; // hasOwn has checked it.
  if (!isText(account) || !isText(name)) return 'has no account or no name';
  if (sidPrefix !== undefined && !(isText(sid) && new RegExp(`^${sidPrefix}[0-9a-fA-F]{32}$`).test(sid))) {
    return `has a sid that is not ${sidPrefix} and 32 hex digits`;
  }
  if (fields !== undefined) return fieldsProblem(fields, change['fields']);
  if (!isObject(trigger)) return 'has no trigger';
  const missing = Object.keys(usageTriggerFields).find((key) => !isText(trigger[key]));
  return missing === undefined ? undefined : `has no trigger.${missing}`;
};

const fieldsProblem = (types: FieldTypes, fields: unknown): string | undefined => {
  if (!Array.isArray(fields) || fields.length === 0) return 'has no fields';
  for (const field of fields as readonly unknown[]) {
    const problem = isObject(field) ? fieldProblem(types, field) : 'has a field that is not an object';
    if (problem !== undefined) return problem;
  }
  return undefined;
};

const fieldProblem = (types: FieldTypes, { field, from, to }: JsonObject): string | undefined => {
  if (!isText(field) || !Object.hasOwn(types, field)) return 'has a field that apply does not set';
  const type = types[field];
  return typeof from === type && typeof to === type ? undefined : `does not have both values of ${field}`;
};
