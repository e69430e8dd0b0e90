import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { isCanary, prepare, requestsOf, type Payload, type PreparedPublication } from '../shared/events/publication';
import { readChange } from '../shared/events/read-change';
import { requestIdAttribute } from '../shared/events/request-id';
import { describeError } from '../shared/runtime/describe-error';
import type { Log, LogFields, Metrics } from '../shared/runtime/ports';
import type { Publish } from './ports';

export interface PublisherDependencies {
  readonly publish: Publish;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly payload: Payload;
}

interface PreparedChange extends PreparedPublication {
  readonly sequenceNumber: string;
}

/**
 * Publishes the events of a batch of changes, in the order of the stream. Lambda continues at the first change that
 * the response names: everything before it was published, everything from it on is sent again.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export const publishChanges = async (
  { Records }: DynamoDBStreamEvent,
  signal: AbortSignal,
  dependencies: PublisherDependencies,
): Promise<DynamoDBBatchResponse> => {
  const prepared: PreparedChange[] = [];
  for (const record of Records) {
    const publication = readOrReport(record, dependencies);
    if (publication === 'unreadable') return publishUntil(prepared, record, signal, dependencies);
    if (publication === undefined) continue;
    prepared.push({ ...prepare(publication, dependencies.payload), sequenceNumber: sequenceOf(record) });
  }
  return publishUntil(prepared, undefined, signal, dependencies);
};

/** A change that cannot be read is a bug here. Lambda bisects the batch down to it, and keeps a pointer to it. */
const readOrReport = (record: DynamoDBRecord, { log, metrics }: PublisherDependencies) => {
  try {
    return readChange(record);
  } catch (error) {
    metrics.count('PublishFailed');
    log('error', { reason: 'unreadable_change', ...describeError(error) });
    return 'unreadable';
  }
};

const publishUntil = async (
  prepared: readonly PreparedChange[],
  unreadable: DynamoDBRecord | undefined,
  signal: AbortSignal,
  dependencies: PublisherDependencies,
): Promise<DynamoDBBatchResponse> => {
  const failed = await publishInOrder(prepared, signal, dependencies);
  const continueAt = failed ?? (unreadable === undefined ? undefined : sequenceOf(unreadable));
  return { batchItemFailures: continueAt === undefined ? [] : [{ itemIdentifier: continueAt }] };
};

/** @returns the sequence number of the first change that is not certainly published */
const publishInOrder = async (
  prepared: readonly PreparedChange[],
  signal: AbortSignal,
  { publish, log, metrics }: PublisherDependencies,
): Promise<string | undefined> => {
  for (const request of requestsOf(prepared)) {
    let accepted = 0;
    let failure: Pick<LogFields, 'errorName' | 'serviceStatus' | 'detail'> = {
      detail: 'the topic or the event bus did not accept an event of the request',
    };
    try {
      accepted = await publish(
        request.map(({ publication }) => publication),
        signal,
      );
    } catch (error) {
      failure = describeError(error);
    }
    // A canary is not counted with the events, because no handler gets it.
    const events = request.slice(0, accepted).filter(({ publication }) => !isCanary(publication));
    if (events.length > 0) metrics.count('EventPublished', events.length);
    for (const { publication } of events) {
      const { event, attributes } = publication;
      log('info', { reason: 'event_published', requestId: attributes[requestIdAttribute], eventId: event.id });
    }
    if (accepted < request.length) {
      metrics.count('PublishFailed');
      const { event, attributes } = request[accepted]?.publication ?? {};
      log('error', {
        reason: 'publish_failed',
        requestId: attributes?.[requestIdAttribute],
        eventId: event?.id,
        ...failure,
      });
      return request[accepted]?.sequenceNumber;
    }
  }
  return undefined;
};

const sequenceOf = (record: DynamoDBRecord): string => record.dynamodb?.SequenceNumber ?? '';
