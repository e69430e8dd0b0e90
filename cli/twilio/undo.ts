import { isObject, parseJson } from '../json-fields';
import { CliError } from '../terminal/cli-error';
import type { UsageTriggerFields } from './api/account-api';
import type { AccountState } from './account-state';
import { changeProblem, type Change, type FieldChange } from './change';

/** The file that `apply` writes before its first change, with everything that `undo` needs. */
export interface UndoRecord {
  readonly version: 1;
  /** The stage's name, or `local`. */
  readonly stage: string;
  /** ISO 8601. */
  readonly at: string;
  readonly changes: readonly Change[];
}

export const undoFileName = (stage: string, at: Date): string =>
  `twilio-undo-${stage}-${at.toISOString().replace(/[:.]/g, '-')}.json`;

/** @throws CliError if `apply` did not write it, or wrote it for another stage */
export const parseUndoRecord = (text: string, stage: string): UndoRecord => {
  const reject = (why: string) => new CliError(`\`twilio apply\` did not write this file: ${why}.`, 2);
  const record = parseJson(text);
  if (!isObject(record)) throw reject('it is not a JSON object');
  if (record['version'] !== 1) throw reject('its version is unknown');
  const { changes, at } = record;
  if (!Array.isArray(changes)) throw reject('its changes are not a list');
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at))) throw reject('it has no time');
  for (const [index, change] of (changes as readonly unknown[]).entries()) {
    const problem = changeProblem(change);
    if (problem !== undefined) throw reject(`change ${index + 1} is damaged: it ${problem}`);
  }
  if (record['stage'] !== stage) {
    throw new CliError('The file was written for another stage: pass the same --stage as to apply.', 2);
  }
  // Every part that an undo uses was checked above.
  return record as unknown as UndoRecord;
};

const isNow = (actual: object, fields: readonly FieldChange[], side: 'from' | 'to'): boolean =>
  fields.every((change) => Reflect.get(actual, change.field) === change[side]);

/** A deleted trigger's record also has the SID, which a new trigger does not take. */
const fieldsOf = (trigger: UsageTriggerFields): UsageTriggerFields => {
  const { friendlyName, usageCategory, triggerBy, triggerValue, recurring, callbackUrl, callbackMethod } = trigger;
  return { friendlyName, usageCategory, triggerBy, triggerValue, recurring, callbackUrl, callbackMethod };
};

/** The opposite change, or why it is skipped; undefined if there is nothing to undo. */
type Reversal = { readonly change: Change } | { readonly skipped: string } | undefined;

type Update = Extract<Change, { readonly fields: readonly FieldChange[] }>;

/** @param actual the resource as Twilio has it now; undefined if it is gone */
const reverseUpdate = (change: Update, actual: object | undefined): Reversal => {
  if (actual === undefined) return { skipped: 'it is gone' };
  if (isNow(actual, change.fields, 'from')) return undefined;
  if (!isNow(actual, change.fields, 'to')) return { skipped: 'it has been changed since, so it is left as it is' };
  const fields = change.fields.map(({ field, from, to }) => ({ field, from: to, to: from }));
  const set = Object.fromEntries(fields.map(({ field, to }) => [field, to]));
  return { change: { ...change, fields, set } };
};

const reverse = (change: Change, state: AccountState): Reversal => {
  switch (change.kind) {
    case 'create-usage-trigger': {
      const made = state.usageTriggers.find(({ friendlyName }) => friendlyName === change.trigger.friendlyName);
      if (made === undefined) return undefined;
      return { change: { ...change, kind: 'delete-usage-trigger', sid: made.sid, trigger: made } };
    }
    case 'delete-usage-trigger': {
      const { account, name, trigger } = change;
      if (state.usageTriggers.some(({ friendlyName }) => friendlyName === trigger.friendlyName)) return undefined;
      return { change: { kind: 'create-usage-trigger', account, name, trigger: fieldsOf(trigger) } };
    }
    case 'update-phone-number':
      return reverseUpdate(
        change,
        state.phoneNumbers.find(({ sid }) => sid === change.sid),
      );
    case 'update-messaging-service':
      return reverseUpdate(
        change,
        state.messagingServices.find(({ sid }) => sid === change.sid),
      );
    case 'update-usage-trigger':
      return reverseUpdate(
        change,
        state.usageTriggers.find(({ sid }) => sid === change.sid),
      );
  }
};

interface UndoPlan {
  readonly changes: readonly Change[];
  readonly skipped: readonly { readonly account: string; readonly name: string; readonly reason: string }[];
}

/** The opposite changes, last one first, of everything that was done and has not been changed since. */
export const planUndo = (record: UndoRecord, stateOf: (account: string) => AccountState): UndoPlan => {
  const reversed = [...record.changes].reverse().map((change) => ({
    change,
    reversal: reverse(change, stateOf(change.account)),
  }));
  return {
    changes: reversed.flatMap(({ reversal }) =>
      reversal !== undefined && 'change' in reversal ? [reversal.change] : [],
    ),
    skipped: reversed.flatMap(({ change: { account, name }, reversal }) =>
      reversal !== undefined && 'skipped' in reversal ? [{ account, name, reason: reversal.skipped }] : [],
    ),
  };
};
