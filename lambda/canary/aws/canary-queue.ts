import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { createSdkClient } from '../../aws/sdk/client';

/** How long a receive waits for a message. */
const waitSeconds = 2;

/** @param overrides for tests: endpoint, region, credentials */
export const createTakePublished = (queueUrl: string, overrides: SQSClientConfig = {}) => {
  const bounds = { requestTimeoutMs: waitSeconds * 1000 + 2000, maxAttempts: 3, endpoint: new URL(queueUrl).origin };
  const client = createSdkClient(SQSClient, bounds, overrides);
  return async (abortSignal: AbortSignal): Promise<readonly string[]> => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: waitSeconds }),
      { abortSignal },
    );
    if (Messages.length === 0) return [];
    // A message that is not deleted is redelivered, and expires soon.
    await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle })),
      }),
      { abortSignal },
    );
    return Messages.map(({ Body }) => idOf(Body));
  };
};

/** The publisher wrote the event: its subject is the id of the canary. */
const idOf = (body: string | undefined): string => {
  const { subject } = JSON.parse(body ?? '{}') as { readonly subject?: string };
  return subject ?? '';
};
