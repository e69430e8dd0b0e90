import { PublishCommand, SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import type { Notify } from '../ports';
import { createSdkClient } from '../../aws/sdk/client';

/**
 * Publishes to one topic.
 * @param overrides for tests: endpoint, region, credentials
 */
export const createBreakerNotify = (topicArn: string, overrides: SNSClientConfig = {}): Notify => {
  const client = createSdkClient(SNSClient, { requestTimeoutMs: 2000, maxAttempts: 3 }, overrides);
  return async ({ subject, text }, signal) => {
    await client.send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: text }), {
      abortSignal: signal,
    });
  };
};
