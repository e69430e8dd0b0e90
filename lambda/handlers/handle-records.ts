import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { EventType } from '../shared/events/gateway-event';
import { handleRecord, type Subscription } from './handle-record';
import { receiveCount } from '../shared/runtime/batch';
import { inTime } from './in-time';
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
        if (await handleRecord(subscription, ports, record, remainingMs)) continue;
        const rest = records.slice(at);
        await inTime(remainingMs, (signal) => retrySoon(ports, rest, signal)).catch(() => undefined);
        return rest;
      }
      return [];
    }),
  );
  return { batchItemFailures: returned.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
};

/**
 * Seconds until the second and the third try. The queue's visibility timeout is six times the function's, and would
 * keep a person waiting for minutes after one error. It is the pause before the later tries, so that they outlast an
 * outage.
 */
const retrySeconds: readonly number[] = [5, 30];

/**
 * Makes a failed message and the rest of its group visible soon. A message in flight holds up its group, so each of
 * them is changed. Best effort.
 */
const retrySoon = async (
  { changeVisibility }: HandlerPorts,
  records: readonly SQSRecord[],
  signal: AbortSignal,
): Promise<void> => {
  const [failed] = records;
  const seconds = failed === undefined ? undefined : retrySeconds[(receiveCount(failed) ?? Infinity) - 1];
  if (changeVisibility === undefined || seconds === undefined) return;
  await Promise.allSettled(records.map(({ receiptHandle }) => changeVisibility(receiptHandle, seconds, signal)));
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
