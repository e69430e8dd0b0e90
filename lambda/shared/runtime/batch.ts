import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { withDeadline } from './deadline';

/** A queue message as Lambda hands it over. */
export type QueueRecord = Pick<SQSRecord, 'messageId' | 'receiptHandle' | 'body'> & {
  readonly attributes?: Partial<SQSRecord['attributes']>;
  readonly messageAttributes?: SQSRecord['messageAttributes'];
};

export interface BatchOptions {
  /**
   * Resolves when the message may be deleted (`done`) or must be retried (`failed`). The signal aborts when time is up.
   */
  readonly process: (record: QueueRecord, signal: AbortSignal) => Promise<'done' | 'failed'>;
  /** Called instead of `process` when too little time is left to start; the message is retried. */
  readonly skip: (record: QueueRecord) => void;
  /** How many records are processed at once. */
  readonly concurrency: number;
  /** No record is started with less time left. */
  readonly minStartMs: number;
  /**
   * Processing is aborted this long before Lambda would end the invocation, and with it the response for the whole
   * batch.
   */
  readonly reserveMs: number;
}

/**
 * Partial batch responses: the response names exactly the messages that must be retried. An empty one deletes all, an
 * unknown id brings all back:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 * @returns a function that rejects if a record has no id, because its failure could not be reported: then the whole
 * batch is retried
 */
export const createBatch =
  ({ process, skip, concurrency, minStartMs, reserveMs }: BatchOptions) =>
  async (event: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<SQSBatchResponse> => {
    // Lambda's type promises Records; a hand-made test event may lack it.
    const records: readonly QueueRecord[] = (event as Partial<SQSEvent>).Records ?? [];
    if (records.some(({ messageId }) => typeof messageId !== 'string' || messageId === '')) {
      throw new Error('A record has no messageId, so its failure could not be reported: the batch must be retried.');
    }
    const failed = new Set<string>();
    const waiting = records.values();
    let isOutOfTime = false;
    const work = async (): Promise<void> => {
      for (const record of waiting) {
        const remainingMs = context.getRemainingTimeInMillis();
        isOutOfTime ||= remainingMs < minStartMs;
        if (isOutOfTime) skip(record);
        if (isOutOfTime || (await processInTime(process, record, remainingMs - reserveMs)) === 'failed') {
          failed.add(record.messageId);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, records.length) }, work));
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };

/** The handler of a function that takes batches of a queue. Metrics are written at the end of each invocation. */
export const createQueueHandler = (options: BatchOptions, metrics: { readonly flush: () => void }) => {
  const processBatch = createBatch(options);
  return async (event: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<SQSBatchResponse> => {
    try {
      return await processBatch(event, context);
    } finally {
      metrics.flush();
    }
  };
};

/** Whatever `process` throws, even undefined, must not fail the other records too. It logs what it expects. */
const processInTime = (process: BatchOptions['process'], record: QueueRecord, milliseconds: number) =>
  withDeadline(milliseconds, (signal) => process(record, signal), undefined, endOfInvocation).catch(
    () => 'failed' as const,
  );

/** Not a `TimeoutError`, which the log has for a service that does not answer. */
const endOfInvocation = () => new DOMException('The time of the invocation is up.', 'AbortError');

/** How often the queue has delivered the message, this time included; undefined for a hand-made test event. */
export const receiveCount = ({ attributes }: QueueRecord): number | undefined => {
  const count = Number(attributes?.ApproximateReceiveCount);
  return Number.isNaN(count) ? undefined : count;
};
