import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { receiveCount } from '../shared/runtime/batch';
import type { EventType } from '../shared/events/gateway-event';
import { handleRecord, type Subscription } from './handle-record';
import type { HandlerPorts } from './ports';
import type { DataRule } from './read-event';

/**
 * Handles a batch of a queue. Events of different groups run side by side, those of one group in order. After a failure
 * the rest of its group is returned with it, so that a FIFO queue keeps its order.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const handleRecords = async <Type extends EventType, Rule extends DataRule>(
  subscription: Subscription<Type, Rule>,
  ports: HandlerPorts,
  { Records }: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<SQSBatchResponse> => {
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

/** For one call to SQS. */
const retryCallMs = 1_100;

/** Makes messages visible before the queue's visibility timeout, by which a conversation would wait minutes. */
const retrySoon = async (
  records: readonly SQSRecord[],
  { changeVisibility, retryDelays, maxReceives }: HandlerPorts,
  remainingMs: () => number,
): Promise<void> => {
  const [first] = records;
  const receives = (first && receiveCount(first)) ?? 1;
  // After the last receive SQS makes it a dead letter as soon as it is visible, and the conversation goes on.
  const seconds = receives >= maxReceives ? 0 : retryDelays[receives - 1];
  if (seconds === undefined || remainingMs() < retryCallMs) return;
  // Those behind the failed one have the same delay: the queue keeps their order.
  await Promise.allSettled(records.map(({ receiptHandle }) => changeVisibility(receiptHandle, seconds)));
};

/** A message of a standard queue has no group that orders it: a group there only shares the queue fairly. */
const groupsOf = (records: readonly SQSRecord[]): readonly (readonly SQSRecord[])[] => {
  const groups = new Map<string, SQSRecord[]>();
  for (const record of records) {
    const { MessageGroupId, SequenceNumber } = record.attributes;
    const isFifo = MessageGroupId !== undefined && SequenceNumber !== undefined;
    const group = isFifo ? `group ${MessageGroupId}` : `message ${record.messageId}`;
    groups.set(group, [...(groups.get(group) ?? []), record]);
  }
  return [...groups.values()];
};
