import { PublishBatchCommand, SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import { boundedClient, leanClient } from '../../aws/sdk';
import { messageText } from '../accepted-text';
import type { Publish } from '../ports';

/**
 * Publishes to one FIFO topic.
 * @param overrides for tests: endpoint, region, credentials
 */
export const createSnsPublish = (topicArn: string, overrides: SNSClientConfig = {}): Publish => {
  const client = leanClient(
    new SNSClient({ ...boundedClient({ requestTimeoutMs: 3000, maxAttempts: 3 }), ...overrides }),
  );
  return async (publications, signal) => {
    const { Failed } = await client.send(
      new PublishBatchCommand({
        TopicArn: topicArn,
        PublishBatchRequestEntries: publications.map(({ event, groupId, deduplicationId, attributes }, at) => ({
          Id: String(at),
          Message: messageText(event),
          MessageGroupId: groupId,
          MessageDeduplicationId: deduplicationId,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
          ),
        })),
      }),
      { abortSignal: signal },
    );
    const failed = (Failed ?? []).map(({ Id }) => Number(Id));
    return failed.length === 0 ? publications.length : Math.min(...failed);
  };
};
