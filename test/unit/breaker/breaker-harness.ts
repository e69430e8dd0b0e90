import { breakerBatch, type BreakerOptions } from '../../../lambda/breaker/breaker';
import type { BreakerSecretResult } from '../../../lambda/shared/breaker/breaker-secret';
import type { BreakerStore, Notice } from '../../../lambda/breaker/ports';
import type { LogFields, LogLevel } from '../../../lambda/shared/runtime/ports';
import { createFakeTwilio, type FakeTwilio } from './fake-twilio';
import { configured, now as canonicalNow, parentSid, subaccountSid, usageMessage } from './firings';
import { createInMemoryStore, type StoredRow } from './in-memory-store';

/** A breaker whose dependencies are fakes that record its effects. */
export interface BreakerHarness {
  readonly twilio: FakeTwilio;
  readonly notices: Notice[];
  readonly logs: readonly (LogFields & { readonly level: LogLevel })[];
  readonly counted: Readonly<Record<string, number>>;
  /** Seconds that failed messages were hidden for. */
  readonly delays: readonly number[];
  readonly rows: ReadonlyMap<string, StoredRow>;
  /** The only row. */
  row(): StoredRow;
  secret: BreakerSecretResult;
  notifyFault: Error | undefined;
  clock: number;
  /** One delivery by the queue. */
  receive(body?: string, receiveCount?: number): Promise<'done' | 'failed'>;
  /** Delivers as the queue would, until done or five receives. @returns the last outcome */
  deliver(body?: string): Promise<{ readonly outcome: 'done' | 'failed'; readonly receives: number }>;
}

export const createHarness = (
  options: Partial<BreakerOptions> & { readonly store?: (inner: BreakerStore) => BreakerStore } = {},
): BreakerHarness => {
  const twilio = createFakeTwilio(subaccountSid);
  const logs: (LogFields & { readonly level: LogLevel })[] = [];
  const counted: Record<string, number> = {};
  const delays: number[] = [];
  const { store, rows } = createInMemoryStore(() => harness.clock);
  const { process } = breakerBatch(
    {
      store: options.store?.(store) ?? store,
      readSecret: () => Promise.resolve(harness.secret),
      openTwilio: () => Promise.resolve(twilio.api),
      notify: (notice) => {
        if (harness.notifyFault !== undefined) return Promise.reject(harness.notifyFault);
        harness.notices.push(notice);
        return Promise.resolve();
      },
      changeVisibility: (_receiptHandle, seconds) => {
        delays.push(seconds);
        return Promise.resolve();
      },
      log: (level, fields) => void logs.push({ level, ...fields }),
      metrics: { count: (name, value = 1) => void (counted[name] = (counted[name] ?? 0) + value) },
      now: () => harness.clock,
    },
    { stageName: 'dev', triggers: [configured], dryRun: false, retryDelaySeconds: 15, ...options },
  );
  const harness: BreakerHarness = {
    twilio,
    notices: [],
    logs,
    counted,
    delays,
    rows,
    row: () => {
      const all = [...rows.values()];
      const [row] = all;
      if (row === undefined || all.length > 1) throw new Error(`there are ${all.length} rows instead of one`);
      return row;
    },
    secret: {
      kind: 'ok',
      secret: {
        accountSid: parentSid,
        username: parentSid,
        password: 'dummy-token',
        subaccounts: new Map([['support', subaccountSid]]),
      },
    },
    notifyFault: undefined,
    clock: canonicalNow,
    receive: (body = usageMessage(), receiveCount = 1) =>
      process(
        {
          messageId: 'message-1',
          receiptHandle: 'handle-1',
          body,
          attributes: { ApproximateReceiveCount: String(receiveCount) },
        },
        new AbortController().signal,
      ),
    deliver: async (body = usageMessage()) => {
      let receives = 0;
      let outcome: 'done' | 'failed' = 'failed';
      while (outcome === 'failed' && receives < 5) {
        receives += 1;
        outcome = await harness.receive(body, receives);
      }
      return { outcome, receives };
    },
  };
  return harness;
};
