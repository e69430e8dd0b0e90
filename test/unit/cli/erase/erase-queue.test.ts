import { countInQueue, eraseQueue } from '../../../../cli/erase/erase-queue';
import { deadLetterQueuesOf } from '../../../../cli/erase/queues';
import { createNumberMatcher } from '../../../../cli/erase/number-matcher';
import type { ErasableQueue } from '../../../../cli/clients/sqs/erasable-queue';
import { fakeTarget } from '../fake-environment';

const number = '+15550100';
const matches = createNumberMatcher(number);
const { signal } = new AbortController();

interface QueueOptions {
  readonly inFlight?: number;
  /** Deletions that SQS refuses. */
  readonly refused?: number;
  readonly onReceive?: () => void;
}

/** A queue that hides what it has delivered, ten at a time, until it is released. */
const memoryQueue = (texts: readonly string[], { inFlight = 0, refused = 0, onReceive }: QueueOptions = {}) => {
  let messages = texts.map((text, at) => ({ id: String(at), receiptHandle: `handle ${at}`, texts: [text] }));
  const hidden = new Set<string>();
  let refusals = refused;
  const queue: ErasableQueue = {
    receive: () => {
      onReceive?.();
      const batch = messages.filter(({ receiptHandle }) => !hidden.has(receiptHandle)).slice(0, 10);
      for (const { receiptHandle } of batch) hidden.add(receiptHandle);
      return Promise.resolve(batch);
    },
    release: (handles) => {
      for (const handle of handles) hidden.delete(handle);
      return Promise.resolve(0);
    },
    remove: (handles) => {
      const failed = Math.min(refusals, handles.length);
      refusals -= failed;
      const gone = handles.slice(failed);
      for (const handle of gone) hidden.delete(handle);
      messages = messages.filter(({ receiptHandle }) => !gone.includes(receiptHandle));
      return Promise.resolve(failed);
    },
    counts: () => Promise.resolve({ visible: messages.length - hidden.size, inFlight }),
  };
  return { queue, left: () => messages.flatMap((message) => message.texts), hidden };
};

const others = Array.from({ length: 25 }, (_, at) => `other ${at}`);
const texts = [`first ${number}`, ...others, `last ${number}`];

describe('the dead letters of a queue', () => {
  test('that have the number are deleted, and the others are visible again', async () => {
    const { queue, left, hidden } = memoryQueue(texts);
    expect(await eraseQueue(queue, matches, signal)).toEqual({ matched: 2, left: 0, unseen: 0, stillHidden: 0 });
    expect(left()).toEqual(others);
    expect(hidden.size).toBe(0);
  });

  test('are counted without a change', async () => {
    const { queue, left, hidden } = memoryQueue(texts);
    expect(await countInQueue(queue, matches, signal)).toMatchObject({ matched: 2, left: 2, unseen: 0 });
    expect(left()).toEqual(texts);
    expect(hidden.size).toBe(0);
  });

  test('that another program has received are not seen', async () => {
    const { queue } = memoryQueue(texts, { inFlight: 3 });
    expect(await eraseQueue(queue, matches, signal)).toMatchObject({ matched: 2, unseen: 3 });
  });

  test('that SQS does not delete are left, if it refuses each time', async () => {
    const { queue, left, hidden } = memoryQueue([`only ${number}`], { refused: 9 });
    expect(await eraseQueue(queue, matches, signal)).toMatchObject({ left: 1 });
    expect(left()).toHaveLength(1);
    expect(hidden.size).toBe(0);
  });

  test('that SQS deletes at the second attempt are not left', async () => {
    const { queue, left } = memoryQueue(texts, { refused: 1 });
    expect(await eraseQueue(queue, matches, signal)).toMatchObject({ left: 0 });
    expect(left()).toEqual(others);
  });

  test('are visible again after an interruption', async () => {
    const interruption = new AbortController();
    const { queue, hidden } = memoryQueue(texts, { onReceive: () => interruption.abort() });
    await expect(eraseQueue(queue, matches, interruption.signal)).rejects.toThrow();
    expect(hidden.size).toBe(0);
  });
});

test('every queue of the target is looked through, also that of events which SNS could not deliver', () => {
  const handlers = [{ name: 'Replies', queue: 'https://sqs/1/replies', deadLetterQueue: 'https://sqs/1/replies-dead' }];
  const target = { ...fakeTarget, handlers, undeliveredQueueUrl: 'https://sqs/1/undelivered' };
  expect(deadLetterQueuesOf(target)).toEqual([
    { name: 'events', url: fakeTarget.deadLetterQueueUrl },
    { name: 'Replies', url: 'https://sqs/1/replies-dead' },
    { name: 'undelivered', url: 'https://sqs/1/undelivered' },
  ]);
});
