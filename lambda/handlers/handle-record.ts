import { randomUUID } from 'node:crypto';
import type { EventType } from '../shared/events/gateway-event';
import { isMessageSid } from '../shared/payload/sid';
import { receiveCount } from '../shared/runtime/batch';
import { raceDeadline, withDeadline } from '../shared/runtime/deadline';
import { errorFields } from './error-fields';
import { PermanentError } from './permanent-error';
import type { HandlerPorts } from './ports';
import type { QueueRecord } from './queue-event';
import {
  eventFor,
  idempotencyKey,
  readEvent,
  replayIdOf,
  requestIdOf,
  type DataRule,
  type EventFor,
} from './read-event';
import { StillRunningError, TemporaryError } from './temporary-error';

/** The event types that a handler accepts, and its function. */
export interface Subscription<Type extends EventType, Rule extends DataRule> {
  readonly types: readonly Type[];
  readonly data: DataRule;
  readonly handle: (event: EventFor<Type, Rule>, tools: HandleTools) => Promise<unknown>;
}

export interface HandleTools {
  readonly signal: AbortSignal;
  readonly log: (message: string, fields?: Readonly<Record<string, string | number | boolean>>) => void;
  readonly sendReply: HandlerPorts['sendReply'];
}

/** No event is started with less time left. */
const minStartMs = 2_500;
/** How long before the end of the invocation a handler is stopped, so that the batch still gets an answer. */
const reserveMs = 1_500;
/** The longest time for one call after the handler has ended. */
const maxCallMs = 3_000;
/** The time that must be left after the last call. */
const marginMs = 250;

/**
 * Handles one message. Never rejects.
 * @returns `done`: the message may be deleted. `failed`: it may be retried at once. `still_running`: it must wait until
 * its visibility timeout is over, so that two tries never overlap.
 */
export const handleRecord = async <Type extends EventType, Rule extends DataRule>(
  subscription: Subscription<Type, Rule>,
  ports: HandlerPorts,
  record: QueueRecord,
  remainingMs: () => number,
): Promise<'done' | 'failed' | 'still_running'> => {
  const startedAtMs = Date.now();
  const read = readEvent(record.body);
  const ids = {
    requestId: requestIdOf(record),
    // The event's id contains no phone number. A message that is not an event has none.
    eventId: read?.id,
    messageSid: isMessageSid(read?.subject) ? read.subject : undefined,
    receiveCount: receiveCount(record),
  };
  const { messageId } = record;
  const time = () => ({ durationMs: Date.now() - startedAtMs });
  const fail = (error: unknown): 'failed' | 'still_running' => {
    ports.metrics.count('HandlerFailed');
    ports.logOutcome('error', { reason: 'failed', ...ids, messageId, ...time(), ...errorFields(error) });
    ports.onError?.(error);
    return error instanceof StillRunningError ? 'still_running' : 'failed';
  };
  const deadLetter = async (error: PermanentError): Promise<'done' | 'failed' | 'still_running'> => {
    try {
      await inTime(remainingMs, (signal) => ports.deadLetter(record, read?.id ?? messageId, signal));
    } catch (cause) {
      // The queue's redrive policy moves the message after its last receive.
      return fail(cause);
    }
    ports.metrics.count('HandlerDeadLettered');
    ports.logOutcome('error', { reason: 'dead_letter', ...ids, messageId, ...time(), ...errorFields(error) });
    ports.onError?.(error);
    return 'done';
  };

  try {
    if (remainingMs() < minStartMs) throw new TemporaryError('too little time was left to begin');
    const event = eventFor<Type, Rule>(read, subscription.types, subscription.data);
    if (typeof event === 'string') return await deadLetter(new PermanentError(event));
    const key = idempotencyKey(ports.handlerName, event, replayIdOf(record));
    const outcome = await handleOnce(ports, key, remainingMs, (signal) =>
      subscription.handle(event, {
        signal,
        // The ids come last, so that a handler's fields cannot overwrite them.
        log: (message, fields = {}) => ports.log(message, { ...fields, ...withoutUndefined(ids) }),
        sendReply: ports.sendReply,
      }),
    );
    ports.metrics.count(outcome === 'duplicate' ? 'HandlerDuplicate' : 'HandlerSucceeded');
    ports.logOutcome(outcome === 'not_recorded' ? 'warn' : 'info', {
      reason: outcome === 'duplicate' ? 'duplicate' : 'handled',
      ...(outcome === 'not_recorded' ? { detail: 'handled, but not recorded: a duplicate would run again' } : {}),
      ...ids,
      ...time(),
    });
    return 'done';
  } catch (error) {
    return error instanceof PermanentError ? deadLetter(error) : fail(error);
  }
};

/**
 * Runs `work` unless it has completed before.
 * @returns `not_recorded` if it completed and that could not be recorded. The message is deleted anyway: a retry would
 * certainly run `work` again, whereas a duplicate delivery is rare.
 * @throws what `work` throws; a TemporaryError if it did not end in time
 */
const handleOnce = async (
  { idempotency }: HandlerPorts,
  key: string,
  remainingMs: () => number,
  work: (signal: AbortSignal) => Promise<unknown>,
): Promise<'handled' | 'duplicate' | 'not_recorded'> => {
  const claim = { key, owner: randomUUID(), untilMs: Date.now() + remainingMs() };
  const releaseAndThrow = async (error: unknown): Promise<never> => {
    // A handler that did not end in time still runs. The claim ends with this invocation, also if this call fails.
    if (!(error instanceof StillRunningError)) {
      await inTime(remainingMs, (bound) => idempotency.release(claim, bound)).catch(() => undefined);
    }
    throw error;
  };
  const tryOnce = async (signal: AbortSignal): Promise<'handled' | 'duplicate'> => {
    // Without an answer the claim may have been written, and the next try would wait for it to end.
    const found = await idempotency.begin(claim, signal).catch(releaseAndThrow);
    if (found === 'done') return 'duplicate';
    if (found === 'in_progress') throw new StillRunningError('another try of this event may still run');
    await untilAborted(signal, () => work(signal)).catch(releaseAndThrow);
    return 'handled';
  };
  const outcome = await withDeadline(remainingMs() - reserveMs, tryOnce);
  if (outcome === 'duplicate') return outcome;
  return inTime(remainingMs, (signal) => idempotency.finish(claim, signal)).then(
    () => 'handled',
    () => 'not_recorded',
  );
};

/** A handler that ignores its signal keeps running in the background: its event has failed and is retried. */
const untilAborted = async (signal: AbortSignal, work: () => Promise<unknown>): Promise<void> => {
  // The signal is already aborted if the claim took too long.
  signal.throwIfAborted();
  const ended = (async () => {
    await work();
    return true;
  })();
  const isInTime = await raceDeadline<boolean>(signal, ended, () => false);
  if (!isInTime) throw new StillRunningError('the handler did not end in time');
};

/** Limits the time of one call after the handler has ended, even if the call ignores its signal. */
const inTime = (remainingMs: () => number, call: (signal: AbortSignal) => Promise<void>): Promise<void> =>
  withDeadline(Math.max(1, Math.min(maxCallMs, (remainingMs() - marginMs) / 2)), async (signal) => {
    const isInTime = await raceDeadline<boolean>(
      signal,
      call(signal).then(() => true),
      () => false,
    );
    if (!isInTime) throw signal.reason;
  });

const withoutUndefined = (fields: Readonly<Record<string, string | number | undefined>>) =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
