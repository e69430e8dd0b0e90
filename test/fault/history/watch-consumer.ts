import { ChangeMessageVisibilityBatchCommand } from '@aws-sdk/client-sqs';
import type { LocalFunction } from '../../../local/functions/function-pool';
import type { TestGateway } from '../../helpers/test-gateway';
import type { Invocation } from './history';

export interface ConsumerWatch {
  readonly invocations: readonly Invocation[];
  /** How many messages the consumer has deleted from the queue: their last receive was reported as done. */
  readonly deleted: () => number;
  /** Changes with every batch that the consumer receives or returns. */
  readonly version: () => number;
}

/**
 * Records which messages the event source gave the consumer, and its answers.
 * @param retrySeconds when a failed message is received again; undefined leaves it to the visibility timeout. That
 * timeout is longer than any work, because work on a message that was received again in the meantime does not delete
 * it.
 */
export const watchConsumer = (
  consumer: LocalFunction,
  { sqs, gateway }: TestGateway,
  retrySeconds: number | undefined,
): ConsumerWatch => {
  const invocations: Invocation[] = [];
  const lastReceiveDone = new Map<string, { readonly receive: string; done: boolean }>();
  let version = 0;

  const receiveSoon = async (records: readonly QueueRecord[]): Promise<void> => {
    if (records.length === 0 || retrySeconds === undefined) return;
    // SQS rejects entries that are visible already or were received since; they need nothing.
    await sqs
      .send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: gateway.state.queues.events,
          Entries: records.map(({ receiptHandle }, at) => ({
            Id: String(at),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: retrySeconds,
          })),
        }),
      )
      // The gateway is closing: nothing is received again.
      .catch(() => undefined);
  };

  const invoke = consumer.invoke.bind(consumer);
  consumer.invoke = async (event) => {
    const { Records: records } = event as { readonly Records: readonly QueueRecord[] };
    version += 1;
    for (const { messageId, receiptHandle } of records) {
      lastReceiveDone.set(messageId, { receive: receiptHandle, done: false });
    }
    const startedAtMs = Date.now();
    const result = await invoke(event);
    version += 1;
    const failed = result.kind === 'ok' ? reportedIds(result.payload) : undefined;
    const isDone = ({ messageId }: QueueRecord): boolean => failed?.includes(messageId) === false;
    for (const { messageId, receiptHandle } of records.filter(isDone)) {
      const last = lastReceiveDone.get(messageId);
      if (last?.receive === receiptHandle) last.done = true;
    }
    invocations.push({
      startedAtMs,
      endedAtMs: Date.now(),
      records: records.map((record) => ({
        body: record.body,
        outcome: isDone(record) ? 'done' : result.kind === 'ok' ? 'failed' : 'unknown',
      })),
      starved: false,
    });
    await receiveSoon(records.filter((record) => !isDone(record)));
    return result;
  };
  return {
    invocations,
    deleted: () => [...lastReceiveDone.values()].filter(({ done }) => done).length,
    version: () => version,
  };
};

interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
}

/** What the event source reads, too: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
const reportedIds = (payload: unknown): readonly unknown[] => {
  const { batchItemFailures = [] } = (payload ?? {}) as {
    readonly batchItemFailures?: readonly { readonly itemIdentifier?: unknown }[];
  };
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};
