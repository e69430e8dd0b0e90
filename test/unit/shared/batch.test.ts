import type { SQSEvent } from 'aws-lambda';
import * as fc from 'fast-check';
import { createBatch, receiveCount, type BatchOptions, type QueueRecord } from '../../../lambda/shared/runtime/batch';
import { queueRecord } from '../consumer/webhooks';

/** Some libraries reject without an error. */
const noError = undefined as unknown as Error;
const plenty = { getRemainingTimeInMillis: () => 20_000 };
const eventOf = (records: readonly QueueRecord[]): SQSEvent =>
  // Only what the consumer reads of a record is there.
  ({ Records: records }) as unknown as SQSEvent;
const records = (count: number) =>
  Array.from({ length: count }, (_, index) => queueRecord(`r${index + 1}`, `body ${index + 1}`));
const ids = (answer: { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }) =>
  answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

const limits = { concurrency: 10, minStartMs: 1500, reserveMs: 700 };

const processor = (process: BatchOptions['process']) => {
  const processed: string[] = [];
  const skipped: string[] = [];
  return {
    processed,
    skipped,
    process: (record: QueueRecord, signal: AbortSignal) => {
      processed.push(record.messageId);
      return process(record, signal);
    },
    skip: (record: QueueRecord) => {
      skipped.push(record.messageId);
    },
  };
};

describe('a batch', () => {
  it('answers with exactly the failing ids, whichever way a record fails and however many at once', async () => {
    const fates = ['done', 'failed', 'throws', 'rejects with nothing'] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...fates), { maxLength: 10 }),
        fc.integer({ min: 1, max: 12 }),
        async (planned, concurrency) => {
          const fateOf = (record: QueueRecord) => planned[Number(record.messageId.slice(1)) - 1];
          const spy = processor((record) => {
            const fate = fateOf(record);
            if (fate === 'throws') throw new Error('a bug');
            if (fate === 'rejects with nothing') return Promise.reject(noError);
            return Promise.resolve(fate === 'failed' ? 'failed' : 'done');
          });
          const answer = await createBatch({ ...limits, ...spy, concurrency })(
            eventOf(records(planned.length)),
            plenty,
          );
          const failing = records(planned.length).filter((record) => fateOf(record) !== 'done');
          expect(ids(answer).sort()).toEqual(failing.map(({ messageId }) => messageId).sort());
          expect(spy.processed).toHaveLength(planned.length);
        },
      ),
    );
  });

  it('answers an empty batch, and an event without records, with no failures', async () => {
    const spy = processor(() => Promise.resolve('done'));
    expect(await createBatch({ ...limits, ...spy })(eventOf([]), plenty)).toEqual({ batchItemFailures: [] });
    expect(await createBatch({ ...limits, ...spy })({} as SQSEvent, plenty)).toEqual({
      batchItemFailures: [],
    });
    expect(spy.processed).toEqual([]);
  });

  it('rejects the whole batch if a record has no id, since its failure could not be reported', async () => {
    for (const messageId of ['', undefined]) {
      const spy = processor(() => Promise.resolve('done'));
      const nameless = { ...queueRecord('r1', ''), messageId } as unknown as QueueRecord;
      await expect(
        createBatch({ ...limits, ...spy })(eventOf([queueRecord('r2', ''), nameless]), plenty),
      ).rejects.toThrow(/messageId/);
      expect(spy.processed).toEqual([]);
    }
  });

  it('begins no record when time runs short, and reports the rest', async () => {
    const spy = processor(() => Promise.resolve('done'));
    const context = { getRemainingTimeInMillis: () => (spy.processed.length < 3 ? 5000 : 400) };
    for (const concurrency of [1, 10]) {
      spy.processed.length = 0;
      spy.skipped.length = 0;
      const answer = await createBatch({ ...limits, ...spy, concurrency })(eventOf(records(10)), context);
      expect(ids(answer)).toEqual(['r4', 'r5', 'r6', 'r7', 'r8', 'r9', 'r10']);
      expect(spy.processed).toEqual(['r1', 'r2', 'r3']);
      expect(spy.skipped).toEqual(ids(answer));
    }
  });

  it('aborts what hangs in time to answer for the others', async () => {
    const spy = processor((record, signal) =>
      record.messageId === 'r2'
        ? new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(new Error('aborted')));
          })
        : Promise.resolve('done'),
    );
    const answer = await createBatch({ ...limits, ...spy })(eventOf(records(3)), {
      getRemainingTimeInMillis: () => 1500,
    });
    expect(ids(answer)).toEqual(['r2']);
  });

  it('keeps nothing for the next one', async () => {
    const batch = createBatch({
      ...limits,
      ...processor((record) => Promise.resolve(record.body === 'bad' ? 'failed' : 'done')),
    });
    expect(ids(await batch(eventOf([queueRecord('first', 'bad')]), plenty))).toEqual(['first']);
    expect(ids(await batch(eventOf([queueRecord('second', 'good')]), plenty))).toEqual([]);
  });

  it('runs out of time as many milliseconds before the invocation as are reserved', async () => {
    const spy = processor(
      (_record, aborted) => new Promise((resolve) => aborted.addEventListener('abort', () => resolve('failed'))),
    );
    const batch = createBatch({ ...spy, concurrency: 1, minStartMs: 0, reserveMs: 3000 });
    const answer = await batch(eventOf(records(1)), { getRemainingTimeInMillis: () => 3000 });
    expect(ids(answer)).toEqual(['r1']);
    expect(spy.skipped).toEqual([]);
  });

  it('aborts with another error than a service that does not answer', async () => {
    let reason: unknown;
    const spy = processor(
      (_record, aborted) =>
        new Promise((resolve) => {
          aborted.addEventListener('abort', () => {
            reason = aborted.reason;
            resolve('failed');
          });
        }),
    );
    const batch = createBatch({ ...spy, concurrency: 1, minStartMs: 0, reserveMs: 3000 });
    await batch(eventOf(records(1)), { getRemainingTimeInMillis: () => 3000 });
    expect(reason).toMatchObject({ name: 'AbortError' });
  });

  it('knows how often the queue has delivered a message', () => {
    expect(receiveCount(queueRecord('r1', '', 4))).toBe(4);
    expect(receiveCount({ messageId: 'r1', receiptHandle: 'h', body: '' })).toBeUndefined();
  });
});
