import type { Colors } from 'picocolors/types';
import { terminalText } from '../terminal/terminal-text';
import type { ChangeOutcome } from './apply';
import type { Change, FieldChange } from './change';
import type { Obstacle } from './plan';
import { redactUrlPair } from './webhook-url';

/** Both values of a field, without the user name and password of a URL. */
const safePair = ({ from, to }: FieldChange): readonly [string | boolean, string | boolean] =>
  typeof from === 'string' && typeof to === 'string' ? redactUrlPair(from, to) : [from, to];

const valueText = (value: string | boolean): string => (value === '' ? '(none)' : terminalText(String(value)));

const kinds: Readonly<Record<Change['kind'], { readonly sign: '~' | '+' | '-'; readonly noun: string }>> = {
  'update-phone-number': { sign: '~', noun: 'phone number' },
  'update-messaging-service': { sign: '~', noun: 'messaging service' },
  'update-usage-trigger': { sign: '~', noun: 'usage trigger' },
  'create-usage-trigger': { sign: '+', noun: 'usage trigger' },
  'delete-usage-trigger': { sign: '-', noun: 'usage trigger' },
};

/** `~ phone number +1… (account main)` */
export const changeTitle = (change: Change): string => {
  const { sign, noun } = kinds[change.kind];
  return `${sign} ${noun} ${terminalText(change.name)} (account ${terminalText(change.account)})`;
};

/** The fields of a change; all fields of a created or deleted trigger. */
const changedFields = (change: Change): readonly FieldChange[] => {
  if ('fields' in change) return change.fields;
  const { usageCategory, triggerBy, triggerValue, recurring, callbackUrl, callbackMethod } = change.trigger;
  const values = { usageCategory, triggerBy, triggerValue, recurring, callbackUrl, callbackMethod };
  return Object.entries(values).map(([field, value]) =>
    change.kind === 'create-usage-trigger' ? { field, from: '', to: value } : { field, from: value, to: '' },
  );
};

/** The plan as a diff. */
export const planText = (changes: readonly Change[], obstacles: readonly Obstacle[], paint: Colors): string => {
  const lines = [
    ...obstacles.map(
      ({ account, name, reason }) => paint.red(`! ${terminalText(name)} (account ${terminalText(account)}): `) + reason,
    ),
    ...changes.flatMap((change) => {
      const { sign } = kinds[change.kind];
      const title = { '~': paint.yellow, '+': paint.green, '-': paint.red }[sign](changeTitle(change));
      return [
        title,
        ...changedFields(change).map((changed) => {
          const { field } = changed;
          const [from, to] = safePair(changed);
          if (sign === '~') return `    ${field}: ${paint.red(valueText(from))} -> ${paint.green(valueText(to))}`;
          return `    ${field}: ${valueText(sign === '+' ? to : from)}`;
        }),
      ];
    }),
  ];
  const count = `${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`;
  return [...lines, changes.length === 0 ? 'Nothing to do.' : `${count}.`].join('\n');
};

/** One line of an apply. */
export const outcomeText = (outcome: ChangeOutcome, paint: Colors): string => {
  const title = changeTitle(outcome.change);
  switch (outcome.state) {
    case 'done':
      return `${paint.green('done       ')} ${title}`;
    case 'not-reached':
      return `${paint.dim('not reached')} ${title}`;
    case 'failed':
      return `${paint.red('failed     ')} ${title}: ${outcome.reason}; nothing was changed`;
    case 'unknown':
      return `${paint.red('unknown    ')} ${title}: ${outcome.reason}; it may have been changed anyway`;
  }
};

/** A change as `--json` prints it. */
export const changeView = (change: Change) => ({
  account: change.account,
  resource: kinds[change.kind].noun.replaceAll(' ', '-'),
  action: { '~': 'update', '+': 'create', '-': 'delete' }[kinds[change.kind].sign],
  name: change.name,
  sid: 'sid' in change ? change.sid : null,
  fields: changedFields(change).map((changed) => {
    const [from, to] = safePair(changed);
    return { field: changed.field, from, to };
  }),
});

export const outcomeView = (outcome: ChangeOutcome) => ({
  ...changeView(outcome.change),
  state: outcome.state,
  reason: 'reason' in outcome ? outcome.reason : null,
});
