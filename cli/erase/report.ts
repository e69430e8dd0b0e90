import type { CommandContext } from '../context';
import { accountSuffix } from '../target/account-secrets';
import { fieldsText, type Cell } from '../terminal/table';
import { jsonText } from '../terminal/terminal-text';
import type { ItemCounts } from './erase-items';
import type { ErasedNumber, FoundNumber, NamedResult } from './erase-number';
import type { ItemKind } from './find-items';
import type { Redaction } from './redact';

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

export const totalOf = (counts: ItemCounts): number => sum(Object.values(counts));

/** Whether the last look at everything has found nothing. */
export const isComplete = ({ left, queues }: ErasedNumber): boolean =>
  left === 0 && queues.every((queue) => queue.left === 0 && queue.unseen === 0);

const kindNames: Readonly<Record<ItemKind, string>> = {
  messages: 'Messages',
  statuses: 'Statuses of messages',
  events: 'Events',
  optOuts: 'Rows of the opt-out register',
  other: 'Other items',
};

const rows = (counts: ItemCounts, related: number, deadLetters: number): readonly (readonly [string, Cell])[] => [
  ...Object.entries(counts).map(([kind, count]) => [kindNames[kind as ItemKind], count] as const),
  ['Of these, related without the number', related],
  ['Dead letters', deadLetters],
];

const byQueue = (queues: readonly NamedResult[], count: (queue: NamedResult) => number) =>
  Object.fromEntries(queues.map((queue) => [queue.name, count(queue)]));

const noteQueues = (queues: readonly NamedResult[], { output }: CommandContext): void => {
  for (const { name, unseen, stillHidden } of queues) {
    if (unseen > 0) {
      output.note(
        `About ${unseen} dead letters of ${name} could not be looked at: another program has received them, or they ` +
          'wait behind ten others of their conversation. Redrive them, and run this command again.',
      );
    }
    if (stillHidden > 0) {
      output.note(`${stillHidden} dead letters of ${name} stay hidden for up to a minute, then become visible again.`);
    }
  }
};

/** The dry run. */
export const printFound = (
  { counts, related, ownMessages, queues }: FoundNumber,
  json: boolean,
  context: CommandContext,
): void => {
  const { output, paint } = context;
  const deadLetters = sum(queues.map(({ matched }) => matched));
  output.data(
    json
      ? jsonText({
          dryRun: true,
          items: totalOf(counts),
          deadLetters,
          kinds: counts,
          related,
          queues: byQueue(queues, ({ matched }) => matched),
        })
      : fieldsText(rows(counts, related, deadLetters), paint),
  );
  noteQueues(queues, context);
  if (ownMessages > 0) {
    output.note(
      `${ownMessages} ${ownMessages === 1 ? 'message was' : 'messages were'} sent to this number: it is one of your ` +
        'own, and erasing it deletes the messages of everybody who has written to it.',
    );
  }
};

export const redactionView = ({ redacted, mediaDeleted, failures }: Redaction) => ({
  messages: redacted,
  media: mediaDeleted,
  failed: failures.length,
});

export const printErased = (
  { counts, related, left, queues, waiting }: ErasedNumber,
  { redaction, receipt, json }: { readonly redaction: Redaction | undefined; readonly receipt: string; json: boolean },
  context: CommandContext,
): void => {
  const { output, paint } = context;
  const deadLetters = sum(queues.map((queue) => queue.matched - queue.left));
  if (json) {
    output.data(
      jsonText({
        items: totalOf(counts),
        deadLetters,
        kinds: counts,
        related,
        queues: byQueue(queues, (queue) => queue.matched - queue.left),
        left: { items: left, deadLetters: sum(queues.map((queue) => queue.left)) },
        notSeen: sum(queues.map(({ unseen }) => unseen)),
        waiting,
        redacted: redaction === undefined ? null : { ...redactionView(redaction), failures: redaction.failures },
        receipt,
      }),
    );
  } else {
    output.data(fieldsText([...rows(counts, related, deadLetters), ['Left', left]], paint));
  }
  for (const { messageSid, accountSid, reason } of redaction?.failures ?? []) {
    output.note(`Not redacted: ${messageSid} of account ${accountSuffix(accountSid)}: ${reason}`);
  }
  noteQueues(queues, context);
  if (waiting > 0) {
    output.note(
      `${waiting} ${waiting === 1 ? 'message waits' : 'messages wait'} in queues to be processed, and may have the ` +
        'number: run this command again.',
    );
  }
  output.note(`Receipt: ${receipt}`);
};
