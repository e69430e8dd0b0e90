import { SendMessageBatchCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { createSdkClient } from '../../aws/sdk/client';
import { encodeEnvelope, type Envelope } from '../../shared/payload/envelope';

/** SQS's limit. Ten backfills of the longest message have 0.3 MB, less than a request may have. */
const maxEntries = 10;

/** @param overrides for tests: endpoint, region, credentials */
export const createSendBackfills = (queueUrl: string, overrides: SQSClientConfig = {}) => {
  const client = createSdkClient(
    SQSClient,
    { requestTimeoutMs: 3000, maxAttempts: 3, endpoint: new URL(queueUrl).origin },
    overrides,
  );
  return async (envelopes: readonly Envelope[], signal: AbortSignal): Promise<void> => {
    for (let from = 0; from < envelopes.length; from += maxEntries) {
      const entries = envelopes.slice(from, from + maxEntries).map((envelope, at) => ({
        Id: String(at),
        MessageBody: encodeEnvelope(envelope),
        MessageGroupId: envelope.accountSid,
      }));
      const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }), {
        abortSignal: signal,
      });
      if ((answer.Failed ?? []).length > 0) throw new Error('SQS did not accept every backfill.');
    }
  };
};
