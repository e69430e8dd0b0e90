import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { ProcessBreakerRecord } from './breaker';

/** Work is aborted this long before Lambda would kill the invocation: time for the log and the answer. */
const reserveMs = 3_000;

/**
 * One message after the other (the queue gives one at a time). A message that is not done is named in the answer, so that it
 * comes back: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export const createBreakerBatch =
  (process: ProcessBreakerRecord) =>
  async (event: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<SQSBatchResponse> => {
    const failed: string[] = [];
    for (const { messageId, receiptHandle, body, attributes } of event.Records) {
      const deadline = new AbortController();
      const timer = setTimeout(
        () => deadline.abort(),
        Math.max(0, context.getRemainingTimeInMillis() - reserveMs),
      );
      const receiveCount = Number(attributes.ApproximateReceiveCount) || 1;
      try {
        const outcome = await process({ messageId, receiptHandle, body, receiveCount }, deadline.signal);
        if (outcome === 'failed') failed.push(messageId);
      } finally {
        clearTimeout(timer);
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
