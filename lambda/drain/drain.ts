import { describeError } from '../shared/runtime/describe-error';
import type { DrainPorts } from './ports';

/** Batches at once, where one was found: a call to another region takes a tenth of a second. */
const concurrency = 8;

/** What went wrong, for the log. */
const details = {
  receive: 'messages could not be received from the other region',
  send: 'the queue of the fallback lane did not take every message: the others stay in the other region',
  remove: 'messages were taken home, but not deleted in the other region: they come again, and are stored once',
} as const;

/**
 * Takes messages home until the queue of the other region is empty or the time is up. A message is deleted there only
 * when the queue of this region has it.
 * @param signal ends the run; what is left is taken by the next one
 */
export const drain = async (ports: DrainPorts, signal: AbortSignal): Promise<void> => {
  const { log, metrics } = ports;
  const run = { drained: 0, hasFailed: false };
  const fail = (detail: string, error: { readonly errorName: string; readonly serviceStatus?: number | undefined }) => {
    run.hasFailed = true;
    log('error', { reason: 'drain_failed', detail, ...error });
  };

  /** @returns whether there may be more */
  const takeBatch = async (): Promise<boolean> => {
    let step: keyof typeof details = 'receive';
    try {
      const messages = await ports.receive(signal);
      if (messages.length === 0) return false;
      step = 'send';
      const { sent, errorName } = await ports.send(messages, signal);
      run.drained += sent.length;
      if (sent.length > 0) metrics.count('FallbackDrained', sent.length);
      if (errorName !== undefined) fail(details.send, { errorName });
      step = 'remove';
      const removeError = sent.length === 0 ? undefined : await ports.remove(sent, signal);
      if (removeError !== undefined) fail(details.remove, { errorName: removeError });
      return !run.hasFailed;
    } catch (error) {
      // A long queue may take more than one run.
      if (!signal.aborted || run.drained === 0) fail(details[step], describeError(error));
      return false;
    }
  };
  const takeAll = async (): Promise<void> => {
    while (!signal.aborted && (await takeBatch()));
  };

  // Mostly there is nothing, and one request finds out.
  if (await takeBatch()) await Promise.all(Array.from({ length: concurrency }, takeAll));
  metrics.count(run.hasFailed ? 'DrainFailed' : 'DrainSucceeded');
  if (run.drained > 0) log('info', { reason: 'drained' });
};
