import { CliError } from '../terminal/cli-error';
import type { AccountState, Change, FieldChange } from './plan';
import { changeFault } from './undo-change';

/** What `apply` writes before its first change: enough to go back. */
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

/** @throws CliError if it is no record of ours, or of another stage */
export const parseUndoRecord = (text: string, stage: string): UndoRecord => {
  const refuse = (why: string) => new CliError(`This is no record that \`twilio apply\` wrote: ${why}.`, 2);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw refuse('it is not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null) throw refuse('it is no object');
  const record = parsed as Partial<Record<keyof UndoRecord, unknown>>;
  if (record.version !== 1) throw refuse('its version is unknown');
  const { changes, at } = record;
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at))) throw refuse('its time is none');
  if (!Array.isArray(changes)) throw refuse('its changes are damaged: they are no list');
  for (const [index, change] of (changes as readonly unknown[]).entries()) {
    const fault = changeFault(change);
    if (fault !== undefined) throw refuse(`its changes are damaged: in number ${index + 1} ${fault}`);
  }
  if (record.stage !== stage)
    throw new CliError('The record is of another stage: pass the same --stage as to apply.', 2);
  // Every part of it was checked above.
  return record as UndoRecord;
};

const isNow = (actual: object, fields: readonly FieldChange[], side: 'from' | 'to'): boolean =>
  fields.every((change) => Reflect.get(actual, change.field) === change[side]);

/** The change back, or why there is none to make. */
type Reversal = { readonly change: Change } | { readonly skipped: string } | undefined;

const reverse = (change: Change, state: AccountState): Reversal => {
  switch (change.kind) {
    case 'create-usage-trigger': {
      const made = state.usageTriggers.find(
        ({ friendlyName }) => friendlyName === change.trigger.friendlyName,
      );
      if (made === undefined) return undefined;
      return { change: { ...change, kind: 'delete-usage-trigger', sid: made.sid, trigger: made } };
    }
    case 'delete-usage-trigger': {
      const { friendlyName } = change.trigger;
      if (state.usageTriggers.some((one) => one.friendlyName === friendlyName)) return undefined;
      const { usageCategory, triggerBy, triggerValue, recurring, callbackUrl, callbackMethod } =
        change.trigger;
      const trigger = {
        friendlyName,
        usageCategory,
        triggerBy,
        triggerValue,
        recurring,
        callbackUrl,
        callbackMethod,
      };
      return {
        change: { account: change.account, name: change.name, kind: 'create-usage-trigger', trigger },
      };
    }
    case 'update-phone-number':
    case 'update-messaging-service':
    case 'update-usage-trigger': {
      const all = [...state.phoneNumbers, ...state.messagingServices, ...state.usageTriggers];
      const actual = all.find(({ sid }) => sid === change.sid);
      if (actual === undefined) return { skipped: 'it is gone' };
      if (isNow(actual, change.fields, 'from')) return undefined;
      if (!isNow(actual, change.fields, 'to'))
        return { skipped: 'somebody has changed it since: it is left alone' };
      const fields = change.fields.map(({ field, from, to }) => ({ field, from: to, to: from }));
      // The record holds the same keys in `fields` and `set`.
      const set = Object.fromEntries(fields.map(({ field, to }) => [field, to]));
      return { change: { ...change, fields, set } };
    }
  }
};

export interface UndoPlan {
  readonly changes: readonly Change[];
  readonly skipped: readonly { readonly account: string; readonly name: string; readonly reason: string }[];
}

/** The way back, in the opposite order, for whatever was really done and not changed since. */
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
