import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
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
        if (!(await handleRecord(subscription, ports, record, remainingMs))) return records.slice(at);
      }
      return [];
    }),
  );
  return { batchItemFailures: returned.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
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
