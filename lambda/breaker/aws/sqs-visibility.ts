import { ChangeMessageVisibilityCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { RetryIn } from '../ports';
import { boundedClient } from '../../aws/sdk';

/**
 * Sets when a failed message of the queue comes again. One attempt: without it the visibility timeout decides.
 * @param overrides for tests: endpoint, region, credentials
 */
export const createBreakerRetry = (queueUrl: string, overrides: SQSClientConfig = {}): RetryIn => {
  const client = new SQSClient({
    ...boundedClient({ requestTimeoutMs: 1000, maxAttempts: 1 }),
    ...overrides,
  });
  return async (receiptHandle, seconds) => {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  };
};
