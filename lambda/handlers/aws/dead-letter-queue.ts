import { createHash } from 'node:crypto';
import { SendMessageCommand, SQSClient, type MessageAttributeValue, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { createSdkClient } from '../../aws/sdk/client';
import type { HandlerPorts } from '../ports';
import type { QueueAttribute, QueueRecord } from '../queue-event';

/**
 * Puts messages into the dead-letter queue, with their original body and attributes.
 * @param overrides for tests: endpoint, region, credentials
 */
export const createDeadLetterQueue = (
  queueUrl: string,
  overrides: SQSClientConfig = {},
): HandlerPorts['deadLetter'] => {
  const client = createSdkClient(
    SQSClient,
    { requestTimeoutMs: 1000, maxAttempts: 2, endpoint: new URL(queueUrl).origin },
    overrides,
  );
  return async (record, id, signal) => {
    const attributes = Object.entries(record.messageAttributes).map(
      ([name, attribute]) => [name, attributeValue(attribute)] as const,
    );
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: record.body,
      ...(attributes.length === 0 ? {} : { MessageAttributes: Object.fromEntries(attributes) }),
      ...(queueUrl.endsWith('.fifo') ? fifoIds(record, id) : {}),
    });
    await client.send(command, { abortSignal: signal });
  };
};

/**
 * The deduplication id includes the message's id, which is new after a redrive. With the event's id alone, SQS would
 * drop, without an error, an event that is redriven and fails again within five minutes.
 */
const fifoIds = ({ messageId, attributes }: QueueRecord, id: string) => {
  const hash = createHash('sha256')
    .update(JSON.stringify([id, messageId]))
    .digest('hex');
  return { MessageGroupId: attributes.MessageGroupId ?? hash, MessageDeduplicationId: hash };
};

const attributeValue = ({ dataType, stringValue, binaryValue }: QueueAttribute): MessageAttributeValue => ({
  DataType: dataType,
  ...(stringValue === undefined ? {} : { StringValue: stringValue }),
  ...(binaryValue === undefined ? {} : { BinaryValue: Buffer.from(binaryValue, 'base64') }),
});
