import { SendMessageCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Publisher } from '../ports';
import { quickRetries } from './quick-retries';
import { createSdkClient } from '../../aws/sdk/client';
import { describeError } from '../../shared/runtime/describe-error';

/** Three attempts and the delays between them take less than 3.5 s, even if none is answered. */
const bounds = { requestTimeoutMs: 1_000, maxAttempts: 3 };

/** Denied by the role, the queue's policy or the queue's key: only the operator can fix that, so it is not retried. */
const denials =
  /^(?:AccessDenied(?:Exception)?|Kms(?:AccessDenied|Disabled|InvalidKeyUsage|InvalidState|NotFound|OptInRequired))$/;
const noQueue = /^(?:QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/;

/**
 * Sends to one queue. The SDK compares SQS's MD5 of the body with its own, so `ok` means that SQS has these bytes.
 * @param overrides for tests: endpoint, region, credentials
 */
export const createSqsPublisher = (queueUrl: string, overrides: SQSClientConfig = {}): Publisher => {
  const client = createSdkClient(
    SQSClient,
    { ...bounds, endpoint: new URL(queueUrl).origin },
    { retryStrategy: quickRetries(bounds.maxAttempts), ...overrides },
  );
  return {
    publish: async ({ body, messageGroupId }, signal) => {
      try {
        const { MessageId: messageId } = await client.send(
          new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, MessageGroupId: messageGroupId }),
          { abortSignal: signal },
        );
        return { kind: 'ok', messageId };
      } catch (error) {
        const description = describeError(error);
        const { errorName } = description;
        if (denials.test(errorName)) return { kind: 'denied', ...description };
        if (noQueue.test(errorName)) return { kind: 'no_queue', ...description };
        return { kind: 'failed', ...description };
      }
    },
  };
};
