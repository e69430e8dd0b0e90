import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { devAssembly } from '../../helpers/assembly';
import type { Fault } from '../../helpers/fault-proxy';
import { testAccount } from '../../helpers/test-account';
import { newMessageSid, postForm, smsForm, statusForm, type Form, type RawResponse } from '../../helpers/webhooks';
import type { Row } from '../history/history';
import { isMarkerRow, messagePlace } from '../history/keys';
import { startFaultGateway, type FaultGateway, type FaultGatewayOptions } from '../history/fault-gateway';

interface Answered extends RawResponse {
  readonly sid: string;
  readonly ms: number;
}

/**
 * As in the connection overrides of the stack's outputs: `rc=3&rp=4xx,5xx,ct,rt`. On a starved machine some requests
 * need a retry.
 */
const deliveries = 4;

/** Delivers until the answer is not 5xx, at most four times. */
export const delivered = async <T extends RawResponse>(deliver: () => Promise<T>): Promise<T> => {
  let answer = await deliver();
  for (let left = deliveries - 1; left > 0 && answer.status >= 500; left -= 1) answer = await deliver();
  return answer;
};

/** Long, because a starved machine empties its queue slowly. */
const settledWithinMs = 60_000;

/** A gateway behind fault proxies, and Twilio. */
export interface ExperimentGateway extends FaultGateway {
  /** Delivers a genuine message once. */
  readonly smsOnce: (changes?: Form) => Promise<Answered>;
  /** Delivers a genuine message as Twilio does: again after a 5xx. */
  readonly sms: (changes?: Form) => Promise<Answered>;
  readonly status: (messageSid: string, status: string) => Promise<RawResponse>;
  /** The rows of a message, once the queue is empty. */
  readonly settledRows: (messageSid: string) => Promise<readonly Row[]>;
  readonly endFaults: () => void;
}

/** The partition of a message of the test account. */
export const messagePk = (messageSid: string): string => messagePlace(testAccount.accountSid, messageSid).pk;

export const sidOf = (form: Form): string => String(form['MessageSid']);

/** Runs an experiment with its own gateway. */
export const withGateway = async (
  options: Partial<FaultGatewayOptions>,
  experiment: (gateway: ExperimentGateway) => Promise<void>,
): Promise<void> => {
  const started = await startFaultGateway({
    assembly: devAssembly(),
    account: testAccount,
    ...options,
  });
  const { gateway } = started;
  try {
    const smsOnce = async (changes: Form = {}): Promise<Answered> => {
      const form = smsForm(changes);
      const startedAt = Date.now();
      const answer = await postForm(gateway.webhooks.messages, form);
      return { ...answer, sid: sidOf(form), ms: Date.now() - startedAt };
    };
    await experiment({
      ...started,
      rows: async () => (await started.rows()).filter((row) => !isMarkerRow(row)),
      smsOnce,
      sms: (changes = {}) => {
        const MessageSid = changes['MessageSid'] ?? newMessageSid();
        return delivered(() => smsOnce({ ...changes, MessageSid }));
      },
      status: (messageSid, status) =>
        delivered(() => postForm(gateway.webhooks.status, statusForm(messageSid, status))),
      settledRows: async (messageSid) => {
        await gateway.settled(settledWithinMs);
        return (await started.rows()).filter(({ pk }) => pk === messagePk(messageSid));
      },
      endFaults: () => {
        for (const proxy of Object.values(started.proxies)) {
          proxy.decide(() => ({ kind: 'pass' }));
          proxy.release();
        }
      },
    });
  } finally {
    await started.close();
  }
};

/** The faults of a service that does not work at all. */
export const outages: Readonly<Record<string, Fault>> = {
  throttled: { kind: 'error', status: 400, type: 'ThrottlingException' },
  unavailable: { kind: 'error', status: 503, type: 'ServiceUnavailable' },
  'never answering': { kind: 'hang' },
  'resetting connections': { kind: 'reset' },
  denying: { kind: 'error', status: 400, type: 'AccessDeniedException' },
};

/** Repeats until it does not throw. */
export const eventually = async <T>(ask: () => Promise<T>, withinMs = 20_000): Promise<T> => {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(50);
    }
  }
};

/** Works on all items, `atOnce` at a time. */
export const each = async <T>(items: Iterable<T>, atOnce: number, work: (item: T) => Promise<void>) => {
  const waiting = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
};

export { assert };
