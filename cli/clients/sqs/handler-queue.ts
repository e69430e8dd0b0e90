import type { SendMessageCommandInput } from '@aws-sdk/client-sqs';
import { batchEntries, type Publication } from '../../../lambda/shared/events/publication';
import type { CallOptions } from '../sdk-configuration';

/** The one method of the SDK's `SQS` client that is used. */
export interface SendCalls {
  sendMessage(input: SendMessageCommandInput, options: CallOptions): Promise<unknown>;
}

/** Puts one event on the queue of one handler, as the topic delivers it. */
export type SendToQueue = (queueUrl: string, publication: Publication) => Promise<void>;

export const createHandlerQueue =
  (client: SendCalls, abortSignal: AbortSignal): SendToQueue =>
  async (queueUrl, publication) => {
    const [entry] = batchEntries([publication]);
    if (entry === undefined) return;
    const { Message, MessageGroupId, MessageDeduplicationId, MessageAttributes } = entry;
    await client.sendMessage(
      {
        QueueUrl: queueUrl,
        MessageBody: Message,
        MessageAttributes,
        ...(queueUrl.endsWith('.fifo') ? { MessageGroupId, MessageDeduplicationId } : {}),
      },
      { abortSignal },
    );
  };
