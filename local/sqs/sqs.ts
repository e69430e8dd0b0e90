import type * as Sqs from '@aws-sdk/client-sqs';
import type { AwsJsonService } from '../server/aws-json';
import { asynchronous, type ActionOptions } from '../server/aws-json-action';
import type { Context } from './context';
import { createDelivery } from './queue/delivery';
import { openJournal, createVolatileJournal } from './queue/journal';
import { createLedger, type Change } from './queue/ledger';
import { createMoveTasks } from './actions/move-tasks';
import { createQueueActions } from './actions/queue-actions';
import { createQueues } from './queues';
import { createReceipts } from './queue/receipts';
import { createReceiveActions } from './actions/receive-actions';
import { createSendActions } from './actions/send-actions';

type Call<Input, Output> = (input: Input, options?: ActionOptions) => Promise<Output>;

/**
 * The actions of SQS with the inputs and outputs of the SDK, for callers in this process. They reject with
 * AwsJsonError.
 */
export interface SqsActions {
  readonly CancelMessageMoveTask: Call<Sqs.CancelMessageMoveTaskRequest, Sqs.CancelMessageMoveTaskResult>;
  readonly ChangeMessageVisibility: Call<Sqs.ChangeMessageVisibilityRequest, object>;
  readonly ChangeMessageVisibilityBatch: Call<
    Sqs.ChangeMessageVisibilityBatchRequest,
    Sqs.ChangeMessageVisibilityBatchResult
  >;
  readonly CreateQueue: Call<Sqs.CreateQueueRequest, Sqs.CreateQueueResult>;
  readonly DeleteMessage: Call<Sqs.DeleteMessageRequest, object>;
  readonly DeleteMessageBatch: Call<Sqs.DeleteMessageBatchRequest, Sqs.DeleteMessageBatchResult>;
  readonly GetQueueAttributes: Call<Sqs.GetQueueAttributesRequest, Sqs.GetQueueAttributesResult>;
  readonly GetQueueUrl: Call<Sqs.GetQueueUrlRequest, Sqs.GetQueueUrlResult>;
  readonly ListDeadLetterSourceQueues: Call<
    Sqs.ListDeadLetterSourceQueuesRequest,
    Sqs.ListDeadLetterSourceQueuesResult
  >;
  readonly ListMessageMoveTasks: Call<Sqs.ListMessageMoveTasksRequest, Sqs.ListMessageMoveTasksResult>;
  readonly ListQueues: Call<Sqs.ListQueuesRequest, Sqs.ListQueuesResult>;
  readonly PurgeQueue: Call<Sqs.PurgeQueueRequest, object>;
  readonly ReceiveMessage: Call<Sqs.ReceiveMessageRequest, Sqs.ReceiveMessageResult>;
  readonly SendMessage: Call<Sqs.SendMessageRequest, Sqs.SendMessageResult>;
  readonly SendMessageBatch: Call<Sqs.SendMessageBatchRequest, Sqs.SendMessageBatchResult>;
  readonly SetQueueAttributes: Call<Sqs.SetQueueAttributesRequest, object>;
  readonly StartMessageMoveTask: Call<Sqs.StartMessageMoveTaskRequest, Sqs.StartMessageMoveTaskResult>;
}

export interface SqsOptions {
  /** File that keeps messages across restarts, for one process at a time; without it they are in memory only. */
  readonly journalPath?: string;
  readonly region: string;
  readonly accountId: string;
  /** Base URL of queue URLs. A function, because the server starts later. */
  readonly endpoint: () => string;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Called for each message that is sent to a queue, and for none that SQS moves. */
  readonly onSent?: ((queueName: string) => void) | undefined;
  /** The journal is not compacted below this size. @default 8 MiB */
  readonly compactAboveBytes?: number;
}

export interface LocalQueue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
}

export interface LocalSqs {
  /**
   * Creates a queue with a template's properties: values may be numbers, booleans or policy objects. Create
   * dead-letter queues first, because a redrive policy must name an existing queue.
   * @throws AwsJsonError like CreateQueue
   */
  readonly createQueue: (name: string, attributes?: Readonly<Record<string, unknown>>) => LocalQueue;
  readonly actions: SqsActions;
  /** For `createAwsJsonServer`. */
  readonly handler: AwsJsonService;
  /** Ends long polls and move tasks, writes what is pending and closes the journal. */
  readonly close: () => Promise<void>;
}

/**
 * Standard queues of Amazon SQS in this process. Queues and their attributes are configuration and come from
 * `createQueue` at every start; messages come from the journal.
 * @throws JournalError when the journal is damaged
 */
export const createSqs = async (options: SqsOptions): Promise<LocalSqs> => {
  const { journalPath: path, accountId, now = Date.now, compactAboveBytes } = options;
  const ledger = createLedger(now);
  const journal =
    path === undefined
      ? createVolatileJournal<Change>()
      : await openJournal<Change>({
          path,
          replay: ledger.apply,
          snapshot: ledger.snapshot,
          ...(compactAboveBytes === undefined ? {} : { compactAboveBytes }),
        });
  const record = (change: Change): void => {
    journal.append(change);
    ledger.apply(change);
    if (change.type === 'send') options.onSent?.(change.queue);
  };
  const queues = createQueues({ ...options, now, messagesOf: ledger.messagesOf });
  const delivery = createDelivery({ queues, now, record });
  const receipts = createReceipts();
  const context: Context = {
    accountId,
    now,
    queues,
    delivery,
    receipts,
    deduplicationOf: ledger.deduplicationOf,
    record,
    committed: journal.committed,
  };

  const send = createSendActions(context);
  const receive = createReceiveActions(context);
  const queue = createQueueActions(context);
  const move = createMoveTasks(context);
  const implemented = {
    CancelMessageMoveTask: asynchronous(move.CancelMessageMoveTask),
    ChangeMessageVisibility: asynchronous(receive.ChangeMessageVisibility),
    ChangeMessageVisibilityBatch: asynchronous(receive.ChangeMessageVisibilityBatch),
    CreateQueue: asynchronous(queue.CreateQueue),
    DeleteMessage: receive.DeleteMessage,
    DeleteMessageBatch: receive.DeleteMessageBatch,
    GetQueueAttributes: asynchronous(queue.GetQueueAttributes),
    GetQueueUrl: asynchronous(queue.GetQueueUrl),
    ListDeadLetterSourceQueues: asynchronous(queue.ListDeadLetterSourceQueues),
    ListMessageMoveTasks: asynchronous(move.ListMessageMoveTasks),
    ListQueues: asynchronous(queue.ListQueues),
    PurgeQueue: queue.PurgeQueue,
    ReceiveMessage: receive.ReceiveMessage,
    SendMessage: send.SendMessage,
    SendMessageBatch: send.SendMessageBatch,
    SetQueueAttributes: asynchronous(queue.SetQueueAttributes),
    StartMessageMoveTask: asynchronous(move.StartMessageMoveTask),
  };

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    delivery.close();
    await move.close();
    await journal.close();
  };

  return {
    createQueue: (name, attributes = {}) => {
      const created = queues.create(
        name,
        Object.entries(attributes).map(([key, value]) => [
          key,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      );
      return { name, arn: created.arn, url: queues.urlOf(created) };
    },
    actions: implemented,
    handler: { targetPrefix: 'AmazonSQS', jsonVersion: '1.0', actions: implemented },
    close: () => (closed ??= close()),
  };
};
