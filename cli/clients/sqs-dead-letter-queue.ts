import type {
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityBatchCommandOutput,
  GetQueueAttributesCommandInput,
  GetQueueAttributesCommandOutput,
  ListMessageMoveTasksCommandInput,
  ListMessageMoveTasksCommandOutput,
  ReceiveMessageCommandInput,
  ReceiveMessageCommandOutput,
  StartMessageMoveTaskCommandInput,
  StartMessageMoveTaskCommandOutput,
} from '@aws-sdk/client-sqs';
import { CliError } from '../terminal/cli-error';
import type { DeadLetterQueue, MoveTask } from './ports';
import type { CallOptions } from './sdk-configuration';

/** The methods that are used of the SDK's `SQS` client. */
export interface SqsCalls {
  receiveMessage(
    input: ReceiveMessageCommandInput,
    options: CallOptions,
  ): Promise<Pick<ReceiveMessageCommandOutput, 'Messages'>>;
  changeMessageVisibilityBatch(
    input: ChangeMessageVisibilityBatchCommandInput,
  ): Promise<Pick<ChangeMessageVisibilityBatchCommandOutput, 'Failed'>>;
  getQueueAttributes(
    input: GetQueueAttributesCommandInput,
    options: CallOptions,
  ): Promise<Pick<GetQueueAttributesCommandOutput, 'Attributes'>>;
  startMessageMoveTask(
    input: StartMessageMoveTaskCommandInput,
    options: CallOptions,
  ): Promise<Pick<StartMessageMoveTaskCommandOutput, 'TaskHandle'>>;
  listMessageMoveTasks(
    input: ListMessageMoveTasksCommandInput,
    options: CallOptions,
  ): Promise<Pick<ListMessageMoveTasksCommandOutput, 'Results'>>;
}

/** Long enough to read the whole queue, but not longer, because a killed command leaves messages hidden. */
const visibilityTimeoutSeconds = 60;
/** More than 0 makes SQS query all its servers: an empty answer then means that nothing is visible. */
const waitSeconds = 1;
const maxBatch = 10;

const whole = (text: string | undefined): number => Number(text ?? 0);

/** @param sourceQueueUrl where a move goes; without it, where SQS knows that each message came from */
export const createSqsDeadLetterQueue = (
  client: SqsCalls,
  queueUrl: string,
  abortSignal: AbortSignal,
  sourceQueueUrl?: string,
): DeadLetterQueue => {
  const options = { abortSignal };
  const attributes = async (ofQueue = queueUrl) =>
    (
      await client.getQueueAttributes(
        {
          QueueUrl: ofQueue,
          AttributeNames: ['QueueArn', 'ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        },
        options,
      )
    ).Attributes ?? {};
  const arn = async (ofQueue = queueUrl): Promise<string> => {
    const { QueueArn } = await attributes(ofQueue);
    if (QueueArn === undefined) throw new CliError('SQS did not return the ARN of the queue.');
    return QueueArn;
  };
  /** The latest ten, newest first. */
  const moves = async (): Promise<readonly MoveTask[]> => {
    const { Results = [] } = await client.listMessageMoveTasks({ SourceArn: await arn(), MaxResults: 10 }, options);
    return Results.map((task) => ({
      status: task.Status ?? 'UNKNOWN',
      moved: task.ApproximateNumberOfMessagesMoved ?? 0,
      toMove: task.ApproximateNumberOfMessagesToMove ?? null,
      startedAt: task.StartedTimestamp ?? 0,
      failureReason: task.FailureReason ?? null,
    })).sort((a, b) => b.startedAt - a.startedAt);
  };
  return {
    receive: async () => {
      const { Messages = [] } = await client.receiveMessage(
        {
          QueueUrl: queueUrl,
          MaxNumberOfMessages: maxBatch,
          VisibilityTimeout: visibilityTimeoutSeconds,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
        },
        options,
      );
      return Messages.map((message) => ({
        id: message.MessageId ?? '',
        receiptHandle: message.ReceiptHandle ?? '',
        body: message.Body ?? '',
        receiveCount: whole(message.Attributes?.ApproximateReceiveCount),
        sentAt: new Date(whole(message.Attributes?.SentTimestamp)).toISOString(),
      }));
    },
    release: async (receiptHandles) => {
      let failed = 0;
      for (let at = 0; at < receiptHandles.length; at += maxBatch) {
        const batch = receiptHandles.slice(at, at + maxBatch);
        try {
          // Without the abort signal, so that messages are also released after Ctrl-C.
          const { Failed = [] } = await client.changeMessageVisibilityBatch({
            QueueUrl: queueUrl,
            Entries: batch.map((handle, index) => ({
              Id: String(index),
              ReceiptHandle: handle,
              VisibilityTimeout: 0,
            })),
          });
          failed += Failed.length;
        } catch {
          // Best effort: they become visible again after the timeout, and the caller says so.
          failed += batch.length;
        }
      }
      return failed;
    },
    counts: async () => {
      const found = await attributes();
      return {
        visible: whole(found.ApproximateNumberOfMessages),
        inFlight: whole(found.ApproximateNumberOfMessagesNotVisible),
      };
    },
    startMove: async (maxPerSecond) => {
      await client.startMessageMoveTask(
        {
          SourceArn: await arn(),
          ...(sourceQueueUrl === undefined ? {} : { DestinationArn: await arn(sourceQueueUrl) }),
          ...(maxPerSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: maxPerSecond }),
        },
        options,
      );
    },
    latestMove: async () => (await moves())[0],
    movedSince: async (time) =>
      (await moves()).filter(({ startedAt }) => startedAt >= time).reduce((sum, { moved }) => sum + moved, 0),
  };
};
