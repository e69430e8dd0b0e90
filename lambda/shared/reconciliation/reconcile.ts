import type { Envelope } from '../payload/envelope';
import { backfillEnvelope } from './backfill';
import { findMissing, type ReadKnown, type StatusChoice } from './find-missing';
import type { ListedMessage } from './listed-message';
import type { TwilioLists } from './twilio-lists';

/** How far a comparison of Twilio's list with the table has come. It can be stored, and continued later. */
export interface Cycle {
  /** ISO 8601. */
  readonly since: string;
  readonly until: string;
  /** `unsent`: messages that have no date yet, which a list of a period leaves out. */
  readonly pass: 'sent' | 'unsent' | 'done';
  /** The path of the next page; undefined at the beginning of a pass. */
  readonly nextPage?: string | undefined;
  readonly listed: number;
  readonly missing: number;
  readonly backfilled: number;
}

export interface Reconciliation {
  readonly accountSid: string;
  readonly lists: TwilioLists;
  readonly read: ReadKnown;
  /** Puts backfills on the event queue; undefined only counts what is missing. */
  readonly send: ((envelopes: readonly Envelope[]) => Promise<void>) | undefined;
  readonly statuses: StatusChoice;
  /** How long a webhook may take, in milliseconds: a younger message is not compared. */
  readonly settleMs: number;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** A second look at what seems to be missing. @default none */
  readonly confirm?: (missing: readonly ListedMessage[]) => Promise<readonly ListedMessage[]>;
  /** Called after each page, when what it has missed is on the queue. */
  readonly onPage: (cycle: Cycle, missing: readonly ListedMessage[]) => Promise<void>;
}

export const newCycle = (since: Date, until: Date): Cycle => ({
  since: since.toISOString(),
  until: until.toISOString(),
  pass: 'sent',
  listed: 0,
  missing: 0,
  backfilled: 0,
});

/**
 * Compares the lists of an account with the table, page by page. A page that is done twice, by a second run or after a
 * crash, makes the same backfills again, which the consumer recognizes.
 * @returns the cycle when it is done
 * @throws TwilioApiError, what the ports throw, or the reason of the signal; `onPage` has the cycle up to there
 */
export const reconcile = async (begun: Cycle, reconciliation: Reconciliation): Promise<Cycle> => {
  let cycle = begun;
  while (cycle.pass !== 'done') {
    reconciliation.signal.throwIfAborted();
    cycle = await comparePage(cycle, reconciliation);
  }
  return cycle;
};

const comparePage = async (cycle: Cycle, reconciliation: Reconciliation): Promise<Cycle> => {
  const { lists, send, now, settleMs, confirm, onPage } = reconciliation;
  const [since, until] = [new Date(cycle.since), new Date(cycle.until)];
  const page =
    cycle.nextPage === undefined
      ? await lists.messages(cycle.pass === 'sent' ? { since, until } : undefined)
      : await lists.next(cycle.nextPage);
  const listed = cycle.pass === 'sent' ? page.messages : page.messages.filter(isUnsentIn(since, until));
  // By Twilio's clock, because the dates of the messages are.
  const settledBefore = new Date((page.at ?? now()).getTime() - settleMs);
  const found = await findMissing(listed, { ...reconciliation, settledBefore });
  const missing = found.length === 0 || confirm === undefined ? found : await confirm(found);
  if (send !== undefined && missing.length > 0) await send(await backfillsOf(missing, reconciliation));
  const isOver = cycle.pass === 'unsent' && page.messages.every((message) => timeOf(message) < since);
  const next: Cycle = {
    ...cycle,
    ...followingPage(cycle, isOver ? undefined : page.nextPage, reconciliation),
    listed: cycle.listed + listed.length,
    missing: cycle.missing + missing.length,
    backfilled: cycle.backfilled + (send === undefined ? 0 : missing.length),
  };
  await onPage(next, missing);
  return next;
};

const followingPage = (
  { pass }: Cycle,
  nextPage: string | undefined,
  { statuses }: Reconciliation,
): Pick<Cycle, 'pass' | 'nextPage'> => {
  if (nextPage !== undefined) return { pass, nextPage };
  // An incoming message always has a date.
  return { pass: pass === 'sent' && statuses !== 'none' ? 'unsent' : 'done', nextPage: undefined };
};

const timeOf = ({ sentAt, createdAt, updatedAt }: ListedMessage): Date =>
  sentAt ?? createdAt ?? updatedAt ?? new Date();

const isUnsentIn =
  (since: Date, until: Date) =>
  (message: ListedMessage): boolean =>
    message.sentAt === undefined && timeOf(message) >= since && timeOf(message) <= until;

const backfillsOf = async (
  missing: readonly ListedMessage[],
  { accountSid, lists, now }: Reconciliation,
): Promise<readonly Envelope[]> => {
  const envelopes: Envelope[] = [];
  for (const message of missing) {
    const hasMedia = message.direction === 'inbound' && message.numMedia > 0;
    envelopes.push(backfillEnvelope(accountSid, message, hasMedia ? await lists.media(message.sid) : [], now()));
  }
  return envelopes;
};
