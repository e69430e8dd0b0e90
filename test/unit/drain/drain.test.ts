import { drain } from '../../../lambda/drain/drain';
import type { RegionMessage, SendOutcome } from '../../../lambda/drain/ports';
import type { MetricName } from '../../../lambda/shared/contract/metric-names';
import type { LogFields } from '../../../lambda/shared/runtime/ports';

const messageOf = (at: number): RegionMessage => ({
  messageId: `message-${at}`,
  receiptHandle: `handle-${at}`,
  body: `MessageSid=SM${at}`,
  attributes: { Signature: 'c2lnbmF0dXJl', ApiId: 'abcdefghij' },
});

interface Problems {
  readonly receive?: () => Error | undefined;
  readonly send?: (messages: readonly RegionMessage[]) => Error | SendOutcome | undefined;
  readonly remove?: () => Error | string | undefined;
}

/** A queue with so many messages in the other region, and the queue at home. */
const regionWith = (count: number, problems: Problems = {}) => {
  const waiting = Array.from({ length: count }, (_, at) => messageOf(at));
  const atHome: RegionMessage[] = [];
  const deleted: RegionMessage[] = [];
  const counts: Partial<Record<MetricName, number>> = {};
  const lines: LogFields[] = [];
  let receives = 0;
  const run = (signal = new AbortController().signal) =>
    drain(
      {
        receive: () => {
          receives += 1;
          const error = problems.receive?.();
          return error === undefined ? Promise.resolve(waiting.splice(0, 10)) : Promise.reject(error);
        },
        send: (messages) => {
          const outcome = problems.send?.(messages) ?? { sent: messages, errorName: undefined };
          if (outcome instanceof Error) return Promise.reject(outcome);
          atHome.push(...outcome.sent);
          return Promise.resolve(outcome);
        },
        remove: (messages) => {
          const errorName = problems.remove?.();
          if (errorName instanceof Error) return Promise.reject(errorName);
          if (errorName === undefined) deleted.push(...messages);
          return Promise.resolve(errorName);
        },
        log: (level, fields) => lines.push({ level, ...fields } as LogFields),
        metrics: { count: (name, value = 1) => void (counts[name] = (counts[name] ?? 0) + value) },
      },
      signal,
    );
  return { run, atHome, deleted, counts, lines, receives: () => receives };
};

const denied = Object.assign(new Error('names a queue'), {
  name: 'AccessDenied',
  $metadata: { httpStatusCode: 403 },
});

test('asks an empty queue once, and says that it could', async () => {
  const { run, counts, lines, receives } = regionWith(0);
  await run();
  expect(receives()).toBe(1);
  expect(counts).toEqual({ DrainSucceeded: 1 });
  expect(lines).toEqual([]);
});

test('takes everything home, and deletes only what is there', async () => {
  const { run, atHome, deleted, counts, lines } = regionWith(257);
  await run();
  expect(new Set(atHome.map(({ messageId }) => messageId)).size).toBe(257);
  expect(deleted).toHaveLength(257);
  expect(counts).toEqual({ DrainSucceeded: 1, FallbackDrained: 257 });
  expect(lines).toEqual([expect.objectContaining({ level: 'info', reason: 'drained' })]);
});

test('leaves in the other region what the queue at home did not take', async () => {
  const { run, deleted, counts, lines } = regionWith(3, {
    send: (messages) => ({ sent: messages.slice(1), errorName: 'InternalError' }),
  });
  await run();
  expect(deleted.map(({ messageId }) => messageId)).toEqual(['message-1', 'message-2']);
  expect(counts).toEqual({ DrainFailed: 1, FallbackDrained: 2 });
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'error', reason: 'drain_failed', errorName: 'InternalError' }),
  );
});

test('deletes nothing if the queue at home cannot be reached', async () => {
  const { run, deleted, counts, lines } = regionWith(3, { send: () => denied });
  await run();
  expect(deleted).toEqual([]);
  expect(counts).toEqual({ DrainFailed: 1 });
  expect(lines).toEqual([
    expect.objectContaining({ reason: 'drain_failed', errorName: 'AccessDenied', serviceStatus: 403 }),
  ]);
  expect(lines[0]?.detail).toContain('did not take');
  expect(JSON.stringify(lines)).not.toContain('names a queue');
});

test('fails if the other region cannot be reached, and says which step it was', async () => {
  const { run, counts, lines } = regionWith(3, { receive: () => denied });
  await run();
  expect(counts).toEqual({ DrainFailed: 1 });
  expect(lines[0]?.detail).toContain('could not be received');
});

test('fails if a message that was taken home was not deleted', async () => {
  const { run, atHome, counts, lines } = regionWith(3, { remove: () => 'InternalError' });
  await run();
  expect(atHome).toHaveLength(3);
  expect(counts).toEqual({ DrainFailed: 1, FallbackDrained: 3 });
  expect(lines).toContainEqual(expect.objectContaining({ errorName: 'InternalError' }));
});

test('says that messages come again if the other region cannot be reached to delete them', async () => {
  const { run, atHome, deleted, counts, lines } = regionWith(3, { remove: () => denied });
  await run();
  expect([atHome.length, deleted.length]).toEqual([3, 0]);
  expect(counts).toEqual({ DrainFailed: 1, FallbackDrained: 3 });
  expect(lines[0]?.detail).toContain('not deleted');
});

test('leaves the others to the next run after a failure', async () => {
  const { run, receives, counts } = regionWith(257, { remove: () => 'InternalError' });
  await run();
  expect(receives()).toBe(1);
  expect(counts).toEqual({ DrainFailed: 1, FallbackDrained: 10 });
});

describe('when the time is up', () => {
  const runUntil = async (count: number, batches: number) => {
    const deadline = new AbortController();
    const aborted = Object.assign(new Error('Request aborted'), { name: 'AbortError' });
    let sends = 0;
    const region = regionWith(count, {
      send: (messages) => {
        sends += 1;
        if (sends > batches) deadline.abort();
        return sends > batches ? aborted : { sent: messages, errorName: undefined };
      },
    });
    await region.run(deadline.signal);
    return region;
  };

  test('a long queue is no failure: the next run goes on', async () => {
    const { counts, deleted } = await runUntil(5_000, 3);
    expect(deleted.length).toBe(30);
    expect(counts).toEqual({ DrainSucceeded: 1, FallbackDrained: 30 });
  });

  test('a run that took nothing home has failed', async () => {
    const { counts } = await runUntil(100, 0);
    expect(counts).toEqual({ DrainFailed: 1 });
  });
});
