import type { InvocationResult } from '../../../../local/functions/execution-environment';
import { startEventSource, type PolledMessage, type PolledQueue } from '../../../../local/functions/event-source';
import { fakeFunction } from '../fake-function';

const ids = ['a', 'b', 'c'];
const message = (id: string): PolledMessage => ({
  MessageId: id,
  ReceiptHandle: `handle-${id}`,
  Body: `body-${id}`,
  MD5OfBody: 'md5',
  Attributes: { ApproximateReceiveCount: '1' },
});

/** A queue that gives each batch once and then waits until polling ends. */
const fakeQueue = (...batches: readonly (readonly PolledMessage[] | Error)[]) => {
  const waiting = [...batches];
  const deleted: string[] = [];
  const polls: number[] = [];
  let empty: () => void = () => undefined;
  const isEmpty = new Promise<void>((resolve) => (empty = resolve));
  const queue: PolledQueue = {
    arn: 'arn:queue',
    url: 'http://queue',
    receive: (maxMessages, _waitSeconds, signal) => {
      polls.push(maxMessages);
      const next = waiting.shift();
      if (next instanceof Error) return Promise.reject(next);
      if (next !== undefined) return Promise.resolve(next);
      empty();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
      });
    },
    delete: (messages) => {
      deleted.push(...messages.map(({ MessageId = '' }) => MessageId));
      return Promise.resolve();
    },
  };
  return { queue, deleted, polls, isEmpty };
};

/** Runs one batch of three through a function that gives this result. */
const handled = async (
  result: InvocationResult,
  options: { readonly reportBatchItemFailures?: boolean } = {},
): Promise<{ readonly deleted: string[]; readonly events: unknown[]; readonly failures: string[] }> => {
  const { queue, deleted, isEmpty } = fakeQueue(ids.map(message));
  const events: unknown[] = [];
  const failures: string[] = [];
  const stop = startEventSource({
    queue,
    target: fakeFunction((event) => {
      events.push(event);
      return Promise.resolve(result);
    }),
    batchSize: 10,
    maximumConcurrency: 1,
    reportBatchItemFailures: true,
    region: 'us-east-1',
    onFailure: (text) => failures.push(text),
    ...options,
  });
  await isEmpty;
  await stop();
  return { deleted, events, failures };
};
const answered = (payload: unknown) => handled({ kind: 'ok', payload });

test('the function gets the attributes of a message', async () => {
  const attributes = {
    replay: { DataType: 'String', StringValue: 'first' },
    bytes: { DataType: 'Binary', BinaryValue: Buffer.from('x') },
  };
  const { queue, isEmpty } = fakeQueue([{ ...message('a'), MessageAttributes: attributes }]);
  const events: unknown[] = [];
  const target = fakeFunction((event) => {
    events.push(event);
    return Promise.resolve({ kind: 'ok', payload: null });
  });
  const stop = startEventSource({
    ...{ queue, target, batchSize: 10, maximumConcurrency: 1, reportBatchItemFailures: true, region: 'us-east-1' },
    onFailure: () => undefined,
  });
  await isEmpty;
  await stop();
  expect(events).toMatchObject([
    {
      Records: [
        {
          messageAttributes: {
            replay: { dataType: 'String', stringValue: 'first', stringListValues: [], binaryListValues: [] },
            bytes: { dataType: 'Binary', binaryValue: Buffer.from('x').toString('base64') },
          },
        },
      ],
    },
  ]);
});

test('the function gets the batch as Lambda would hand it over', async () => {
  const { events } = await answered(null);
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    Records: ids.map((id) => ({
      messageId: id,
      receiptHandle: `handle-${id}`,
      body: `body-${id}`,
      md5OfBody: 'md5',
      attributes: { ApproximateReceiveCount: '1' },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:queue',
      awsRegion: 'us-east-1',
    })),
  });
});

test.each<[string, unknown]>([
  ['nothing', null],
  ['an empty object', {}],
  ['no failures', { batchItemFailures: [] }],
  ['null for the failures', { batchItemFailures: null }],
])('an answer with %s deletes all', async (_what, payload) => {
  expect(await answered(payload)).toMatchObject({ deleted: ids, failures: [] });
});

test('an answer that names some leaves exactly those', async () => {
  const { deleted } = await answered({
    batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'c' }, { itemIdentifier: 'b' }],
  });
  expect(deleted).toEqual(['a']);
});

test('an answer that names all messages deletes none', async () => {
  const { deleted, failures } = await answered({
    batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
  });
  expect({ deleted, failures }).toEqual({ deleted: [], failures: [] });
});

test.each<[string, unknown]>([
  ['an id of another batch', { batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'z' }] }],
  ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }],
  ['no id', { batchItemFailures: [{}] }],
  ['null for a failure', { batchItemFailures: [null] }],
  ['failures that are not a list', { batchItemFailures: 'a' }],
  ['a text', 'ok'],
])('rejects an answer with %s: nothing is deleted, and a log line says so', async (_what, payload) => {
  const { deleted, failures } = await answered(payload);
  expect(deleted).toEqual([]);
  expect(failures).toEqual([expect.stringContaining('invalid batch response')]);
});

test.each<[string, InvocationResult]>([
  ['fails', { kind: 'error', errorType: 'Error', errorMessage: 'x' }],
  ['runs out of time', { kind: 'timeout' }],
])('a function that %s deletes nothing', async (_what, result) => {
  expect((await handled(result)).deleted).toEqual([]);
});

test("the function's answer is ignored without ReportBatchItemFailures", async () => {
  const result: InvocationResult = { kind: 'ok', payload: { batchItemFailures: [{ itemIdentifier: 'a' }] } };
  expect((await handled(result, { reportBatchItemFailures: false })).deleted).toEqual(ids);
});

test('a queue that cannot be polled is reported, and polled again', async () => {
  const { queue, deleted, isEmpty } = fakeQueue(new Error('refused'), [message('a')]);
  const failures: string[] = [];
  const stop = startEventSource({
    queue,
    target: fakeFunction(() => Promise.resolve({ kind: 'ok', payload: null })),
    batchSize: 10,
    maximumConcurrency: 1,
    reportBatchItemFailures: true,
    region: 'us-east-1',
    onFailure: (text) => failures.push(text),
    retryMs: 1,
  });
  await isEmpty;
  await stop();
  expect(failures).toEqual(['cannot poll http://queue: Error: refused']);
  expect(deleted).toEqual(['a']);
});

test('a deletion that fails ends neither the polling nor the process', async () => {
  const { queue, isEmpty } = fakeQueue([message('a')], [message('b')]);
  const failures: string[] = [];
  const invoked: unknown[] = [];
  const stop = startEventSource({
    queue: { ...queue, delete: () => Promise.reject(new Error('no such handle')) },
    target: fakeFunction((event) => {
      invoked.push(event);
      return Promise.resolve({ kind: 'ok', payload: null });
    }),
    batchSize: 10,
    maximumConcurrency: 1,
    reportBatchItemFailures: true,
    region: 'us-east-1',
    onFailure: (text) => failures.push(text),
    retryMs: 1,
  });
  await isEmpty;
  await stop();
  expect(invoked).toHaveLength(2);
  expect(failures).toHaveLength(2);
});

test('batches have the size and concurrency of the mapping, and stopping waits for them', async () => {
  const { queue, deleted, polls } = fakeQueue([message('a')], [message('b')], [message('c')]);
  let running = 0;
  let mostRunning = 0;
  const finish: (() => void)[] = [];
  const stop = startEventSource({
    queue,
    target: fakeFunction(async () => {
      mostRunning = Math.max(mostRunning, (running += 1));
      await new Promise<void>((resolve) => finish.push(resolve));
      running -= 1;
      return { kind: 'ok', payload: null };
    }),
    batchSize: 7,
    maximumConcurrency: 2,
    reportBatchItemFailures: true,
    region: 'us-east-1',
    onFailure: () => undefined,
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(running).toBe(2);
  let stopped = false;
  const stopping = stop().then(() => (stopped = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(stopped).toBe(false);
  for (const end of finish) end();
  await stopping;
  expect(deleted.sort()).toEqual(['a', 'b']);
  expect(mostRunning).toBe(2);
  expect(polls).toEqual([7, 7]);
});
