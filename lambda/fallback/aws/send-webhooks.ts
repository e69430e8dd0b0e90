import { SendMessageCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { createSdkClient } from '../../aws/sdk/client';
import type { FallbackPorts } from '../ports';

/** @param overrides for tests: endpoint, region, credentials */
export const createEnqueue = (queueUrl: string, overrides: SQSClientConfig = {}): FallbackPorts['enqueue'] => {
  const client = createSdkClient(
    SQSClient,
    { requestTimeoutMs: 2_000, maxAttempts: 3, endpoint: new URL(queueUrl).origin },
    overrides,
  );
  return async ({ body, messageGroupId }, signal) => {
    await client.send(
      new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, MessageGroupId: messageGroupId }),
      { abortSignal: signal },
    );
  };
};
