import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalFunction } from './function-pool';

export interface ScheduledFunction {
  readonly ruleArn: string;
  readonly target: Pick<LocalFunction, 'invoke'>;
  readonly everyMs: number;
  readonly account: string;
  readonly region: string;
}

/** Node's timers hold no longer delay. */
const longestSleepMs = 2 ** 31 - 1;

/**
 * Invokes a function as an EventBridge rule with a rate does, for the first time after one period. An invocation that
 * takes longer than the period delays the next one; EventBridge would begin it.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 * @returns a function that stops it after the current invocation
 */
export const startSchedule = (scheduled: ScheduledFunction): (() => Promise<void>) => {
  const stopping = new AbortController();
  const running = run(scheduled, stopping.signal);
  return async () => {
    stopping.abort();
    await running;
  };
};

const run = async (scheduled: ScheduledFunction, signal: AbortSignal): Promise<void> => {
  const isStopping = (): boolean => signal.aborted;
  let next = Date.now() + scheduled.everyMs;
  while (!isStopping()) {
    const waitMs = Math.max(next - Date.now(), 0);
    await sleep(Math.min(waitMs, longestSleepMs), undefined, { signal, ref: false }).catch(() => undefined);
    if (isStopping()) return;
    if (waitMs > longestSleepMs) continue;
    // A failure is in the function's output.
    await scheduled.target.invoke(eventOf(scheduled)).catch(() => undefined);
    next = Math.max(next + scheduled.everyMs, Date.now());
  }
};

const eventOf = ({ ruleArn, account, region }: ScheduledFunction) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account,
  time: new Date().toISOString().replace(/\.\d{3}Z$/, 'Z'),
  region,
  resources: [ruleArn],
  detail: {},
});
