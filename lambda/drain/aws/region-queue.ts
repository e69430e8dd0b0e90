import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { createSdkClient } from '../../aws/sdk/client';
import { fallbackAttributes, regionAttributes } from '../../shared/contract/fallback-lane';
import type { DrainPorts, RegionMessage } from '../ports';

/** With any wait SQS asks all of its servers, so no message means that there is none. */
const waitSeconds = 1;

/** What API Gateway writes. */
const names = [...Object.values(fallbackAttributes), regionAttributes.apiId];

/** The queue in the other region. @param overrides for tests: endpoint, credentials */
export const createRegionQueue = (
  queueUrl: string,
  region: string,
  overrides: SQSClientConfig = {},
): Pick<DrainPorts, 'receive' | 'remove'> => {
  const client = createSdkClient(
    SQSClient,
    { requestTimeoutMs: waitSeconds * 1000 + 4_000, maxAttempts: 3, endpoint: new URL(queueUrl).origin },
    { region, ...overrides },
  );
  return {
    receive: async (abortSignal) => {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: waitSeconds,
          MessageAttributeNames: names,
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
        { abortSignal },
      );
      return Messages.map(readMessage);
    },
    remove: async (messages, abortSignal) => {
      const { Failed: [failed] = [] } = await client.send(
        new DeleteMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: messages.map(({ receiptHandle }, at) => ({ Id: String(at), ReceiptHandle: receiptHandle })),
        }),
        { abortSignal },
      );
      return failed?.Code;
    },
  };
};

/** A header with a quote could have changed the attributes: only their texts are taken, by their names. */
const readMessage = ({
  MessageId = '',
  ReceiptHandle = '',
  Body = '',
  MessageAttributes = {},
  Attributes = {},
}: Message): RegionMessage => ({
  messageId: MessageId,
  receiptHandle: ReceiptHandle,
  body: Body,
  attributes: Object.fromEntries(
    [
      ...names.map((name) => [name, MessageAttributes[name]?.StringValue ?? ''] as const),
      [regionAttributes.sentAt, Attributes.SentTimestamp ?? ''] as const,
    ].filter(([, value]) => value !== ''),
  ),
});
