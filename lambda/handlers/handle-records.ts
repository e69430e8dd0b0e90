import { receiveCount } from '../shared/runtime/batch';
import type { EventType } from '../shared/events/gateway-event';
import { handleRecord, type Subscription } from './handle-record';
import type { HandlerPorts } from './ports';
import type { InvocationContext, QueueEvent, QueueRecord, QueueResponse } from './queue-event';
import type { DataRule } from './read-event';

/**
 * Handles a batch of a queue. Events of different groups run side by side, those of one group in order. After a failure
 * the rest of its group is returned with it, so that a FIFO queue keeps its order.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const handleRecords = async <Type extends EventType, Rule extends DataRule>(
  subscription: Subscription<Type, Rule>,
  ports: HandlerPorts,
  { Records }: QueueEvent,
  context: InvocationContext,
): Promise<QueueResponse> => {
  const remainingMs = () => context.getRemainingTimeInMillis();
  const returned = await Promise.all(
    groupsOf(Records).map(async (records) => {
      for (const [at, record] of records.entries()) {
        const outcome = await handleRecord(subscription, ports, record, remainingMs);
        if (outcome === 'done') continue;
        const rest = records.slice(at);
        if (outcome === 'failed') await retrySoon(rest, ports, remainingMs);
        return rest;
      }
      return [];
    }),
  );
  return { batchItemFailures: returned.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
};

/** The time that one call to SQS needs. */
const retryCallMs = 1_100;

/** Makes messages visible after the retry delay. The queue's visibility timeout would hold up a conversation longer. */
const retrySoon = async (
  records: readonly QueueRecord[],
  { changeVisibility, retryDelays, maxReceives }: HandlerPorts,
  remainingMs: () => number,
): Promise<void> => {
  const [first] = records;
  const receives = (first && receiveCount(first)) ?? 1;
  // After the last receive, SQS makes the message a dead letter once it is visible, and the conversation continues.
  const seconds = receives >= maxReceives ? 0 : retryDelays[receives - 1];
  if (seconds === undefined || remainingMs() < retryCallMs) return;
  // The messages behind the failed one get the same delay, so that the queue keeps their order.
  await Promise.allSettled(records.map(({ receiptHandle }) => changeVisibility(receiptHandle, seconds)));
};

/** Only a FIFO queue orders the messages of a group. A standard queue uses group ids to share itself fairly. */
const groupsOf = (records: readonly QueueRecord[]): readonly (readonly QueueRecord[])[] => {
  const groups = new Map<string, QueueRecord[]>();
  for (const record of records) {
    const { MessageGroupId, SequenceNumber } = record.attributes;
    const isFifo = MessageGroupId !== undefined && SequenceNumber !== undefined;
    const group = isFifo ? `group ${MessageGroupId}` : `message ${record.messageId}`;
    groups.set(group, [...(groups.get(group) ?? []), record]);
  }
  return [...groups.values()];
};
