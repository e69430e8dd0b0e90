import type { ChangeRecord, ChangeStream } from '../../../../local/dynamodb/change-stream';
import type { InvocationResult } from '../../../../local/functions/execution-environment';
import { startStreamSource, type StreamSourceMapping } from '../../../../local/functions/stream-source';
import { fakeFunction } from '../fake-function';

interface StreamEvent {
  readonly Records: readonly {
    readonly eventName: string;
    readonly dynamodb: { readonly SequenceNumber: string; readonly Keys: unknown };
  }[];
}

const record = (number: number): ChangeRecord => ({
  sequenceNumber: String(number).padStart(21, '0'),
  eventName: 'INSERT',
  newImage: { pk: { S: `item ${number}` }, other: { S: 'x' } },
  atSeconds: 1,
});

/** A stream with a fixed number of records. */
const streamOf = (count: number): ChangeStream & { readonly trimmed: string[] } => {
  const records = Array.from({ length: count }, (_, at) => record(at + 1));
  const trimmed: string[] = [];
  return {
    trimmed,
    read: (after, limit) =>
      Promise.resolve(records.filter(({ sequenceNumber }) => sequenceNumber > after).slice(0, limit)),
    trim: (upTo) => Promise.resolve(void trimmed.push(upTo)),
    version: () => 0,
    changedSince: (_version, signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
  };
};

const numbersOf = (event: unknown): number[] =>
  (event as StreamEvent).Records.map(({ dynamodb }) => Number(dynamodb.SequenceNumber));

/** Runs a source until its function was invoked the given number of times. */
const run = async (
  count: number,
  invocations: number,
  answer: (numbers: readonly number[], at: number) => InvocationResult,
  mapping: Partial<StreamSourceMapping> = {},
) => {
  const batches: number[][] = [];
  const events: unknown[] = [];
  const failures: string[] = [];
  const stream = streamOf(count);
  let reached: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (reached = resolve));
  const stop = startStreamSource({
    stream,
    streamArn: 'arn:stream',
    tableKeys: ['pk'],
    target: fakeFunction((event) => {
      events.push(event);
      batches.push(numbersOf(event));
      if (batches.length === invocations) reached();
      return Promise.resolve(answer(numbersOf(event), batches.length - 1));
    }),
    batchSize: 4,
    bisectOnError: false,
    maximumRetries: undefined,
    reportBatchItemFailures: true,
    region: 'us-east-1',
    onGivenUp: () => Promise.resolve(),
    onFailure: (message) => void failures.push(message),
    retryMs: 1,
    ...mapping,
  });
  await done;
  await stop();
  return { batches, events, failures, trimmed: stream.trimmed.map(Number) };
};

const ok = (payload: unknown = { batchItemFailures: [] }): InvocationResult => ({ kind: 'ok', payload });
const failed: InvocationResult = { kind: 'error', errorType: 'Error', errorMessage: 'x' };
const failsFrom = (number: number) => ok({ batchItemFailures: [{ itemIdentifier: String(number).padStart(21, '0') }] });

test('reads batches in order, with keys, images and names as in Lambda, and trims processed records', async () => {
  const { batches, events, trimmed } = await run(6, 2, () => ok());
  expect(batches).toEqual([
    [1, 2, 3, 4],
    [5, 6],
  ]);
  expect(trimmed).toEqual([4, 6]);
  expect(events[0]).toMatchObject({
    Records: [
      {
        eventName: 'INSERT',
        eventSource: 'aws:dynamodb',
        eventSourceARN: 'arn:stream',
        dynamodb: { Keys: { pk: { S: 'item 1' } }, NewImage: { other: { S: 'x' } } },
      },
      {},
      {},
      {},
    ],
  });
});

test('continues at the first record that failed', async () => {
  const { batches, trimmed } = await run(6, 2, (_numbers, at) => (at === 0 ? failsFrom(3) : ok()));
  expect(batches).toEqual([
    [1, 2, 3, 4],
    [3, 4, 5, 6],
  ]);
  expect(trimmed).toEqual([2, 6]);
});

test('retries a batch whose function failed, as often as the stream keeps it', async () => {
  const { batches } = await run(2, 5, (_numbers, at) => (at < 4 ? failed : ok()));
  expect(batches).toEqual(Array.from({ length: 5 }, () => [1, 2]));
});

test('halves a failing batch until the bad record is alone, and gives it up to the destination', async () => {
  const givenUp: object[] = [];
  const { batches } = await run(4, 5, (numbers) => (numbers.includes(3) ? failed : ok()), {
    bisectOnError: true,
    maximumRetries: 1,
    onGivenUp: (description) => Promise.resolve(void givenUp.push(description)),
  });
  expect(batches).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [4]]);
  expect(givenUp).toEqual([
    {
      requestContext: { functionArn: expect.any(String) as string, condition: 'RetryAttemptsExhausted' },
      DDBStreamBatchInfo: {
        streamArn: 'arn:stream',
        startSequenceNumber: '000000000000000000003',
        endSequenceNumber: '000000000000000000003',
        batchSize: 1,
      },
    },
  ]);
});

test('retries the batch after an answer that names an unknown record, and says so', async () => {
  const { batches, failures } = await run(2, 2, (_numbers, at) => (at === 0 ? failsFrom(99) : ok()));
  expect(batches).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(failures).toEqual([expect.stringContaining('batch response')]);
});

test('a destination that fails is reported, and the records are given up later', async () => {
  let tries = 0;
  const { batches, failures, trimmed } = await run(2, 3, (numbers) => (numbers.includes(1) ? failed : ok()), {
    batchSize: 1,
    maximumRetries: 0,
    onGivenUp: () => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error('the queue is gone')) : Promise.resolve();
    },
  });
  expect(batches.slice(0, 3)).toEqual([[1], [1], [2]]);
  expect(failures).toEqual([expect.stringContaining('the queue is gone')]);
  expect(trimmed).toEqual([1, 2]);
});
