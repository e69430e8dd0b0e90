import { PublishBatchCommand, SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import { createSdkClient } from '../../aws/sdk/client';
import { acceptedBeforeFailure, batchEntries } from '../../shared/events/publication';
import type { Publish } from '../ports';

/**
 * Publishes to one FIFO topic.
 * @param overrides for tests: endpoint, region, credentials
 */
export const createSnsPublish = (topicArn: string, overrides: SNSClientConfig = {}): Publish => {
  const client = createSdkClient(SNSClient, { requestTimeoutMs: 3000, maxAttempts: 3 }, overrides);
  return async (publications, signal) => {
    const command = new PublishBatchCommand({
      TopicArn: topicArn,
      PublishBatchRequestEntries: batchEntries(publications),
    });
    const { Failed } = await client.send(command, { abortSignal: signal });
    return acceptedBeforeFailure(publications.length, Failed);
  };
};
