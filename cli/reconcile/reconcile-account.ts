import type { AccountSecret } from '../../lambda/shared/credentials/account-secret';
import { findMissing, type StatusChoice } from '../../lambda/shared/reconciliation/find-missing';
import type { ListedMessage } from '../../lambda/shared/reconciliation/listed-message';
import { newCycle, reconcile, type Cycle } from '../../lambda/shared/reconciliation/reconcile';
import type { TwilioLists } from '../../lambda/shared/reconciliation/twilio-lists';
import type { Reconciling } from './reconciling';

export interface ByHand {
  readonly account: Pick<AccountSecret, 'accountSid'>;
  readonly lists: TwilioLists;
  readonly reconciling: Reconciling;
  readonly since: Date;
  readonly until: Date;
  readonly statuses: StatusChoice;
  /** Only counts what is missing. */
  readonly dryRun: boolean;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onListed: (listed: number) => void;
}

export interface Reconciled extends Pick<Cycle, 'listed' | 'missing' | 'backfilled'> {
  readonly messages: readonly ListedMessage[];
  /** Backfills that were not stored within a minute. */
  readonly waiting: number;
}

/** The webhook of a younger message may be on the queue. */
const youngMs = 60_000;
const readAgainMs = 2_000;
const waitMs = 60_000;

/** Compares one account, and waits until its backfills are stored. */
export const reconcileAccount = async (byHand: ByHand): Promise<Reconciled> => {
  const { account, reconciling, since, until, statuses, dryRun, now, signal, sleep } = byHand;
  const { accountSid } = account;
  const comparison = { accountSid, statuses, read: reconciling.read, settledBefore: new Date(8.64e15) };
  const readAgain = (messages: readonly ListedMessage[]) => findMissing(messages, comparison);

  let isQuiet = false;
  /** Reads again for as long as messages still arrive. Once is enough: the later pages are older. */
  const confirm = async (missing: readonly ListedMessage[]): Promise<readonly ListedMessage[]> => {
    const isYoung = ({ createdAt, updatedAt }: ListedMessage): boolean =>
      (updatedAt ?? createdAt ?? new Date(0)).getTime() > now().getTime() - youngMs;
    let left = missing;
    for (let before = Infinity; !isQuiet && left.some(isYoung) && left.length < before;) {
      before = left.length;
      await sleep(readAgainMs);
      left = await readAgain(left);
    }
    isQuiet = true;
    return left;
  };

  const messages: ListedMessage[] = [];
  const cycle = await reconcile(newCycle(since, until), {
    accountSid,
    lists: byHand.lists,
    read: reconciling.read,
    send: dryRun ? undefined : reconciling.send,
    statuses,
    // By hand nothing is too young. Twilio's clock may be behind.
    settleMs: -youngMs * 60,
    now,
    signal,
    confirm,
    onPage: (next, missing) => {
      messages.push(...missing);
      byHand.onListed(next.listed);
      return Promise.resolve();
    },
  });
  let waiting = dryRun ? [] : await readAgain(messages);
  for (let waitedMs = 0; waiting.length > 0 && waitedMs < waitMs; waitedMs += readAgainMs) {
    await sleep(readAgainMs);
    waiting = await readAgain(waiting);
  }
  const { listed, missing, backfilled } = cycle;
  return { listed, missing, backfilled, messages, waiting: waiting.length };
};
