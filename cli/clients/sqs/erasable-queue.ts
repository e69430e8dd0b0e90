import type {
  DeleteMessageBatchCommandInput,
  DeleteMessageBatchCommandOutput,
  MessageAttributeValue,
} from '@aws-sdk/client-sqs';
import type { CallOptions } from '../sdk-configuration';
import { createSqsDeadLetterQueue, type SqsCalls } from '../sqs-dead-letter-queue';

/** The methods that are used of the SDK's `SQS` client. */
export interface ErasableQueueCalls extends SqsCalls {
  deleteMessageBatch(
    input: DeleteMessageBatchCommandInput,
    options: CallOptions,
  ): Promise<Pick<DeleteMessageBatchCommandOutput, 'Failed'>>;
}

export interface QueuedMessage {
  readonly id: string;
  readonly receiptHandle: string;
  /** The body and the attributes. */
  readonly texts: readonly string[];
}

/** A queue, to delete from. Counts are approximate, as SQS reports them. */
export interface ErasableQueue {
  /** One long poll. The messages are invisible until their visibility timeout ends. Empty if none is visible. */
  receive(): Promise<readonly QueuedMessage[]>;
  /** Makes messages visible again; returns how many failed. */
  release(receiptHandles: readonly string[]): Promise<number>;
  /** Deletes at most ten messages; returns how many failed. */
  remove(receiptHandles: readonly string[]): Promise<number>;
  counts(): Promise<{ readonly visible: number; readonly inFlight: number }>;
}

/** Long enough to read the whole queue, but not longer, because a killed command leaves messages hidden. */
const visibilityTimeoutSeconds = 60;

const textsOf = ({ StringValue, BinaryValue }: MessageAttributeValue): readonly string[] => [
  ...(StringValue === undefined ? [] : [StringValue]),
  ...(BinaryValue === undefined ? [] : [Buffer.from(BinaryValue).toString('latin1')]),
];

export const createSqsErasableQueue = (
  client: ErasableQueueCalls,
  queueUrl: string,
  abortSignal: AbortSignal,
): ErasableQueue => {
  const options = { abortSignal };
  const queue = createSqsDeadLetterQueue(client, queueUrl, abortSignal);
  return {
    release: (receiptHandles) => queue.release(receiptHandles),
    counts: () => queue.counts(),
    receive: async () => {
      const { Messages = [] } = await client.receiveMessage(
        {
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: visibilityTimeoutSeconds,
          WaitTimeSeconds: 1,
          MessageAttributeNames: ['All'],
        },
        options,
      );
      return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', MessageAttributes = {} }) => ({
        id: MessageId,
        receiptHandle: ReceiptHandle,
        texts: [Body, ...Object.values(MessageAttributes).flatMap(textsOf)],
      }));
    },
    remove: async (receiptHandles) => {
      const { Failed = [] } = await client.deleteMessageBatch(
        {
          QueueUrl: queueUrl,
          Entries: receiptHandles.map((ReceiptHandle, at) => ({ Id: String(at), ReceiptHandle })),
        },
        options,
      );
      return Failed.length;
    },
  };
};
