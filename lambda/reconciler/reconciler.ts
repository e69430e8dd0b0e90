import type { ReplyKey } from '../shared/credentials/reply-secret';
import type { Envelope } from '../shared/payload/envelope';
import { newCycle, reconcile, type Cycle } from '../shared/reconciliation/reconcile';
import { withDeadline } from '../shared/runtime/deadline';
import { describeError } from '../shared/runtime/describe-error';
import { TwilioApiError } from '../shared/twilio/twilio-api-error';
import type { ReconcilerSettings } from './environment';
import type { AccountState, ReconcilerPorts } from './ports';

export type CycleSettings = Pick<ReconcilerSettings, 'windowHours' | 'settleMinutes' | 'statuses'>;

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** Writes at once. Each listens to the signal; Node warns above ten. */
const concurrency = 10;

/**
 * Compares Twilio's lists with the table, one account after the other, and backfills what is missing. The next
 * invocation continues what this one does not end.
 * @param leaseUntil milliseconds since 1970: when Lambda has certainly ended this invocation
 */
export const reconcileAccounts = async (
  ports: ReconcilerPorts,
  settings: CycleSettings,
  leaseUntil: number,
  signal: AbortSignal,
): Promise<void> => {
  const { log, metrics, readKeys } = ports;
  const secret = await readKeys(signal);
  if (secret.kind === 'unusable') {
    metrics.count('ConfigError');
    log('error', { reason: 'reconciler_secret_unusable', detail: secret.detail });
    return;
  }
  const { keys } = secret;
  const lags: (number | undefined)[] = [];
  for (const [at, key] of keys.entries()) {
    // An equal share of the time that is left, so that an account with many messages leaves some to the others.
    const shareMs = (leaseUntil - ports.now()) / (keys.length - at);
    lags.push(await withDeadline(shareMs, (own) => reconcileAccount(ports, settings, key, leaseUntil, own), signal));
  }
  const known = lags.filter((lag) => lag !== undefined);
  // The alarm takes the lowest lag of an hour, and treats none as too long: without all accounts it would be too low.
  if (known.length === keys.length) metrics.count('ReconciliationLag', Math.max(...known));
};

/** @returns the seconds since a cycle of the account was complete; undefined if this invocation does not know */
const reconcileAccount = async (
  ports: ReconcilerPorts,
  settings: CycleSettings,
  key: ReplyKey,
  leaseUntil: number,
  signal: AbortSignal,
): Promise<number | undefined> => {
  const { cycles, log, now } = ports;
  const { accountSid } = key;
  const account = accountSid.slice(-6);
  let completeAt: number | undefined;
  try {
    const state = await cycles.claim(accountSid, leaseUntil, signal);
    if (state === undefined) {
      log('info', { reason: 'reconciliation_busy', account });
      return undefined;
    }
    completeAt = state.completeAt;
    const startedAt = now();
    const isDone = await runCycle(ports, settings, key, state, signal);
    if (isDone) completeAt = startedAt;
    await cycles.release(accountSid, isDone ? startedAt : undefined);
  } catch (error) {
    log('error', { reason: 'reconciliation_failed', account, ...describeError(error) });
  }
  return completeAt === undefined ? undefined : Math.max(Math.round((now() - completeAt) / 1000), 0);
};

/** @returns whether the cycle is complete; else the store has how far it came */
const runCycle = async (
  ports: ReconcilerPorts,
  { windowHours, settleMinutes, statuses }: CycleSettings,
  key: ReplyKey,
  state: AccountState,
  signal: AbortSignal,
): Promise<boolean> => {
  const { cycles, openLists, readKnown, send, log, now } = ports;
  const { accountSid } = key;
  const account = accountSid.slice(-6);
  const begun = state.cycle ?? newCycle(new Date(now() - windowHours * hourMs), new Date(now() + hourMs));
  try {
    const cycle = await reconcile(begun, {
      accountSid,
      lists: openLists(key, signal),
      read: readKnown(signal),
      send: async (envelopes) => {
        // Before: what is stored is not missing any more, and after a crash would never be counted.
        await countMissed(ports, accountSid, envelopes, signal);
        await send(envelopes, signal);
      },
      statuses,
      settleMs: settleMinutes * minuteMs,
      now: () => new Date(now()),
      signal,
      onPage: (next) => cycles.save(accountSid, next, signal),
    });
    log(cycle.missing === 0 ? 'info' : 'warn', { reason: 'reconciled', account, detail: countsOf(cycle) });
    return true;
  } catch (error) {
    if (signal.aborted) log('warn', { reason: 'reconciliation_continues', account });
    else if (error instanceof TwilioApiError) {
      log('error', { reason: 'list_unavailable', account, serviceStatus: error.status, detail: error.message });
    } else throw error;
    return false;
  }
};

/** Counts each message and status once: its backfill may still be on the queue when the next cycle misses it, too. */
const countMissed = async (
  { cycles, log, metrics }: ReconcilerPorts,
  accountSid: string,
  envelopes: readonly Envelope[],
  signal: AbortSignal,
): Promise<void> => {
  const waiting = envelopes.values();
  const work = async (): Promise<void> => {
    for (const { eventId, kind } of waiting) {
      if (!(await cycles.recordMissed(accountSid, eventId, signal))) continue;
      metrics.count('MissedWebhooks');
      metrics.count('BackfilledMessages');
      // Writes the metrics, too: at once, because the invocation may be killed.
      log('warn', { reason: 'webhook_missed', account: accountSid.slice(-6), kind, eventId });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
};

const countsOf = ({ listed, missing, backfilled }: Cycle): string =>
  `${listed} listed, ${missing} missing, ${backfilled} backfilled`;
