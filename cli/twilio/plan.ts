import type {
  MessagingServiceFields,
  PhoneNumberFields,
  UsageTriggerFields,
  UsageTriggerState,
} from './api/account-api';
import type { AccountState } from './account-state';
import type { Change, FieldChange, ResourceLabel } from './change';
import { terminalText } from '../terminal/terminal-text';
import type { DesiredAccount } from './desired-state';
import { redactUrl } from './webhook-url';

/** A problem that `apply` cannot fix. */
export interface Obstacle extends ResourceLabel {
  readonly reason: string;
  /** The other stage that it points to. Only `--force` takes it over. */
  readonly stage?: string;
}

/** The name of the other stage that a URL at Twilio belongs to. */
export type FindOtherStage = (url: string) => string | undefined;

export interface AccountPlan {
  readonly changes: readonly Change[];
  readonly obstacles: readonly Obstacle[];
}

/** The fields that differ, as a diff and as the update to send. */
const difference = <T extends object>(
  actual: T,
  desired: Partial<T>,
): { readonly fields: readonly FieldChange[]; readonly set: Partial<T> } | undefined => {
  const names = Object.keys(desired) as (keyof T & string)[]; // `Object.keys` widens to string.
  const changed = names.filter((name) => actual[name] !== desired[name]);
  if (changed.length === 0) return undefined;
  return {
    fields: changed.map((field) => ({
      field,
      // All fields are strings or booleans.
      from: actual[field] as string | boolean,
      to: desired[field] as string | boolean,
    })),
    set: Object.fromEntries(changed.map((field) => [field, desired[field]])) as Partial<T>,
  };
};

const planTriggers = (
  account: string,
  { usageTriggers, triggerPrefix }: DesiredAccount,
  actual: readonly UsageTriggerState[],
): readonly Change[] => {
  const wanted = new Map(usageTriggers.map((trigger) => [trigger.friendlyName, trigger]));
  const existing = actual.filter(({ friendlyName }) => friendlyName.startsWith(triggerPrefix));
  const present = new Set(existing.map(({ friendlyName }) => friendlyName));
  const place = (friendlyName: string) => ({ account, name: friendlyName });
  return [
    ...usageTriggers
      .filter(({ friendlyName }) => !present.has(friendlyName))
      .map((trigger): Change => ({ ...place(trigger.friendlyName), kind: 'create-usage-trigger', trigger })),
    ...existing.flatMap((trigger): Change[] => {
      const { sid, friendlyName } = trigger;
      const desired = wanted.get(friendlyName);
      // A second trigger of the same name would trip the breaker twice.
      const isFirst = existing.find((resource) => resource.friendlyName === friendlyName)?.sid === sid;
      if (desired === undefined || !isFirst) {
        return [{ ...place(friendlyName), kind: 'delete-usage-trigger', sid, trigger }];
      }
      const { callbackUrl, callbackMethod } = desired;
      const changed = difference<Pick<UsageTriggerFields, 'callbackUrl' | 'callbackMethod'>>(trigger, {
        callbackUrl,
        callbackMethod,
      });
      return changed === undefined ? [] : [{ ...place(friendlyName), kind: 'update-usage-trigger', sid, ...changed }];
    }),
  ];
};

/** A resource that points to another stage is not changed: that stage would lose its webhooks. */
const blockTakeover = (change: Change, otherStage: FindOtherStage): readonly Obstacle[] => {
  if (!('fields' in change)) return [];
  const { account, name } = change;
  const found = change.fields.flatMap(({ field, from }) => {
    const stage = typeof from === 'string' ? otherStage(from) : undefined;
    return stage === undefined ? [] : [{ field, stage, url: redactUrl(String(from)) }];
  });
  return found.slice(0, 1).map(({ field, stage, url }) => ({
    account,
    name,
    reason:
      `not changed: ${field} is a URL of stage ${terminalText(stage)} (${terminalText(url)}); ` +
      'only --force takes it over',
    stage,
  }));
};

/**
 * Compares an account with its desired state. Deletions come last.
 * @param otherStage finds another stage that a resource points to; such a change becomes an obstacle. Finds none by
 *   default.
 */
export const planAccount = (
  account: string,
  desired: DesiredAccount,
  actual: AccountState,
  otherStage: FindOtherStage = () => undefined,
): AccountPlan => {
  const wanted: Change[] = [];
  const obstacles: Obstacle[] = [];
  for (const { number, fields } of desired.phoneNumbers) {
    const found = actual.phoneNumbers.find(({ sid, phoneNumber }) => [sid, phoneNumber].includes(number));
    if (found === undefined) {
      obstacles.push({ account, name: number, reason: 'the account has no such phone number' });
      continue;
    }
    if (found.smsApplicationSid !== '') {
      const reason =
        'a TwiML application overrides its URLs: remove it from the number in the Twilio console ' +
        '(Messaging configuration)';
      obstacles.push({ account, name: found.phoneNumber, reason });
    }
    const changed = difference<PhoneNumberFields>(found, fields);
    if (changed !== undefined) {
      wanted.push({
        kind: 'update-phone-number',
        account,
        name: found.phoneNumber,
        sid: found.sid,
        ...changed,
      });
    }
  }
  for (const { service, fields } of desired.messagingServices) {
    const found = actual.messagingServices.find(({ sid }) => sid === service);
    if (found === undefined) {
      obstacles.push({ account, name: service, reason: 'the account has no such messaging service' });
      continue;
    }
    const changed = difference<MessagingServiceFields>(found, fields);
    if (changed !== undefined) {
      wanted.push({ kind: 'update-messaging-service', account, name: service, sid: service, ...changed });
    }
  }
  wanted.push(...planTriggers(account, desired, actual.usageTriggers));
  const refused = wanted.map((change) => blockTakeover(change, otherStage));
  obstacles.push(...refused.flat());
  const changes = wanted.filter((_, at) => refused[at]?.length === 0);
  const isDeletion = ({ kind }: Change) => kind === 'delete-usage-trigger';
  return {
    changes: [...changes.filter((change) => !isDeletion(change)), ...changes.filter(isDeletion)],
    obstacles,
  };
};
