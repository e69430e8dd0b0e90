import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { devAssembly } from '../../helpers/assembly';
import type { Fault } from '../../helpers/fault-proxy';
import { testAccount } from '../../helpers/test-account';
import {
  newMessageSid,
  postForm,
  smsForm,
  statusForm,
  type Form,
  type RawResponse,
} from '../../helpers/webhooks';
import type { Row } from '../history/history';
import { isMarkerRow, messagePlace } from '../history/keys';
import { startWorld, type World, type WorldOptions } from '../history/fault-gateway';

interface Answered extends RawResponse {
  readonly sid: string;
  readonly ms: number;
}

/**
 * As the connection overrides of the stack's outputs say: `rc=3&rp=4xx,5xx,ct,rt`. A starved machine needs it now and
 * then.
 */
const deliveries = 4;

/** Delivers until it is no 5xx, or has been delivered often enough. */
export const delivered = async <T extends RawResponse>(deliver: () => Promise<T>): Promise<T> => {
  let answer = await deliver();
  for (let left = deliveries - 1; left > 0 && answer.status >= 500; left -= 1) answer = await deliver();
  return answer;
};

/** The queue of a starved machine takes its time. */
const settledWithinMs = 60_000;

/** A world, and Twilio beside it. */
export interface Bench extends World {
  /** A genuine message, delivered once; answers what it was answered, with its SID. */
  readonly smsOnce: (changes?: Form) => Promise<Answered>;
  /** The same as Twilio delivers it: again after a 5xx. */
  readonly sms: (changes?: Form) => Promise<Answered>;
  readonly status: (messageSid: string, status: string) => Promise<RawResponse>;
  /** The rows of a message, once the queue is empty. */
  readonly settledRows: (messageSid: string) => Promise<readonly Row[]>;
  readonly heal: () => void;
}

/** The partition of a message of the test account. */
export const messagePk = (messageSid: string): string => messagePlace(testAccount.accountSid, messageSid).pk;

export const sidOf = (form: Form): string => String(form['MessageSid']);

/** Runs an experiment in a world of its own. */
export const withBench = async (
  options: Partial<WorldOptions>,
  experiment: (bench: Bench) => Promise<void>,
): Promise<void> => {
  const world = await startWorld({
    assembly: devAssembly(),
    account: testAccount,
    ...options,
  });
  const { gateway } = world;
  try {
    const smsOnce = async (changes: Form = {}): Promise<Answered> => {
      const form = smsForm(changes);
      const startedAt = Date.now();
      const answer = await postForm(gateway.webhooks.messages, form);
      return { ...answer, sid: sidOf(form), ms: Date.now() - startedAt };
    };
    await experiment({
      ...world,
      rows: async () => (await world.rows()).filter((row) => !isMarkerRow(row)),
      smsOnce,
      sms: (changes = {}) => {
        const MessageSid = changes['MessageSid'] ?? newMessageSid();
        return delivered(() => smsOnce({ ...changes, MessageSid }));
      },
      status: (messageSid, status) =>
        delivered(() => postForm(gateway.webhooks.status, statusForm(messageSid, status))),
      settledRows: async (messageSid) => {
        await gateway.settled(settledWithinMs);
        return (await world.rows()).filter(({ pk }) => pk === messagePk(messageSid));
      },
      heal: () => {
        for (const proxy of Object.values(world.proxies)) {
          proxy.decide(() => ({ kind: 'pass' }));
          proxy.release();
        }
      },
    });
  } finally {
    await world.close();
  }
};

/** The faults of a service that does nothing. */
export const outages: Readonly<Record<string, Fault>> = {
  throttled: { kind: 'error', status: 400, type: 'ThrottlingException' },
  unavailable: { kind: 'error', status: 503, type: 'ServiceUnavailable' },
  'never answering': { kind: 'hang' },
  'resetting connections': { kind: 'reset' },
  denying: { kind: 'error', status: 400, type: 'AccessDeniedException' },
};

/** Asks again until it does not throw. */
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

/** Works on all of them, so many at once. */
export const each = async <T>(items: Iterable<T>, atOnce: number, work: (item: T) => Promise<void>) => {
  const waiting = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
};

export { assert };
