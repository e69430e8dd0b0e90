import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

/** A queue message as Lambda hands it over. */
export type QueueRecord = Pick<SQSRecord, 'messageId' | 'receiptHandle' | 'body'> & {
  readonly attributes?: Partial<SQSRecord['attributes']>;
};

export interface RecordProcessor {
  /** Resolves when the record may be deleted (`done`) or must come back (`failed`). The signal aborts when time is up. */
  process(record: QueueRecord, signal: AbortSignal): Promise<'done' | 'failed'>;
  /** Told of a record that is not begun for want of time. */
  skip(record: QueueRecord): void;
}

/** With less time left no record is begun. */
const minStartMs = 1500;
/** Work is aborted this long before Lambda would kill the invocation, and with it the answer for the whole batch. */
const reserveMs = 700;

/**
 * Partial batch responses: the answer names exactly the messages that must come back. An empty answer deletes all, an unknown id
 * brings all back: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 * @param concurrency how many records are worked on at once
 * @returns a function that rejects if a record has no id: then the whole batch comes back, since it could not be named
 */
export const createBatch =
  (processor: RecordProcessor, concurrency = 10) =>
  async (event: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<SQSBatchResponse> => {
    // Lambda's type promises Records; a hand-made test event may lack it.
    const records: readonly QueueRecord[] = (event as Partial<SQSEvent>).Records ?? [];
    if (records.some(({ messageId }) => typeof messageId !== 'string' || messageId === '')) {
      throw new Error(
        'A record has no messageId, so its failure could not be reported: the batch must come back.',
      );
    }
    const failed = new Set<string>();
    const waiting = records.values();
    let outOfTime = false;
    const work = async (): Promise<void> => {
      for (const record of waiting) {
        const remainingMs = outOfTime ? 0 : context.getRemainingTimeInMillis();
        outOfTime ||= remainingMs < minStartMs;
        if (outOfTime) processor.skip(record);
        if (outOfTime || (await processInTime(processor, record, remainingMs - reserveMs)) === 'failed') {
          failed.add(record.messageId);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, records.length) }, work));
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };

const processInTime = async (processor: RecordProcessor, record: QueueRecord, ms: number) => {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), ms);
  try {
    return await processor.process(record, deadline.signal);
  } catch {
    // The processor logs what it expects; whatever else it throws, even undefined, must not take the other records along.
    return 'failed' as const;
  } finally {
    clearTimeout(timer);
  }
};
