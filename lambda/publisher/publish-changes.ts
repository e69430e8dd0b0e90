import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { GatewayEvent } from '../shared/events/gateway-event';
import { describeError } from '../shared/runtime/describe-error';
import type { Log, Metrics } from '../shared/runtime/ports';
import { messageText } from './accepted-text';
import type { Publication, Publish } from './ports';
import { readChange } from './read-change';

export interface PublisherDependencies {
  readonly publish: Publish;
  readonly log: Log;
  readonly metrics: Metrics;
  /** `reference` publishes no text and no number: the event has the key of the item. */
  readonly payload: 'full' | 'reference';
}

/**
 * SNS takes ten messages in one request, of 256 KiB together:
 * https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
 */
const maxMessages = 10;
const maxRequestBytes = 262_144;
/** For attributes and the names around them. */
const bytesPerMessage = 2_048;

interface Prepared {
  readonly publication: Publication;
  readonly sequenceNumber: string;
  readonly bytes: number;
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
  const prepared: Prepared[] = [];
  for (const record of Records) {
    const publication = readOrReport(record, dependencies);
    if (publication === 'unreadable') return publishUntil(prepared, record, signal, dependencies);
    if (publication === undefined) continue;
    prepared.push(prepare(publication, sequenceOf(record), dependencies.payload));
  }
  return publishUntil(prepared, undefined, signal, dependencies);
};

/** A change that this function cannot read is its own bug: Lambda bisects down to it, and keeps a pointer to it. */
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
  prepared: readonly Prepared[],
  unreadable: DynamoDBRecord | undefined,
  signal: AbortSignal,
  dependencies: PublisherDependencies,
): Promise<DynamoDBBatchResponse> => {
  const failed = await publishInOrder(prepared, signal, dependencies);
  const from = failed ?? (unreadable === undefined ? undefined : sequenceOf(unreadable));
  return { batchItemFailures: from === undefined ? [] : [{ itemIdentifier: from }] };
};

/** @returns the sequence number of the first change that is not certainly published */
const publishInOrder = async (
  prepared: readonly Prepared[],
  signal: AbortSignal,
  { publish, log, metrics }: PublisherDependencies,
): Promise<string | undefined> => {
  for (const request of requestsOf(prepared)) {
    let accepted = 0;
    try {
      accepted = await publish(
        request.map(({ publication }) => publication),
        signal,
      );
    } catch (error) {
      log('error', { reason: 'publish_failed', ...describeError(error) });
    }
    if (accepted > 0) metrics.count('EventPublished', accepted);
    if (accepted < request.length) {
      metrics.count('PublishFailed');
      return request[accepted]?.sequenceNumber;
    }
  }
  return undefined;
};

const prepare = (
  { event, attributes, ...delivery }: Publication,
  sequenceNumber: string,
  payload: 'full' | 'reference',
): Prepared => {
  const reference = omit(event, 'data');
  if (payload === 'reference') {
    const publication = { ...delivery, event: reference, attributes: omit(attributes, 'from', 'to') };
    return { publication, sequenceNumber, bytes: bytesOf(reference) };
  }
  const bytes = bytesOf(event);
  return bytes <= maxRequestBytes
    ? { publication: { ...delivery, event, attributes }, sequenceNumber, bytes }
    : {
        publication: { ...delivery, event: { ...reference, truncated: true }, attributes },
        sequenceNumber,
        bytes: bytesPerMessage,
      };
};

const bytesOf = (event: GatewayEvent): number => Buffer.byteLength(messageText(event)) + bytesPerMessage;

const omit = <T extends object, Name extends keyof T & string>(object: T, ...names: readonly Name[]): Omit<T, Name> =>
  // The object without some of its own properties.
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.some((omitted) => omitted === name))) as Omit<
    T,
    Name
  >;

/** At most one event of a group in a request: where one of them fails, no later one of its group was accepted. */
const requestsOf = (prepared: readonly Prepared[]): readonly (readonly Prepared[])[] => {
  const requests: Prepared[][] = [];
  let groups = new Set<string>();
  let bytes = 0;
  for (const one of prepared) {
    const { groupId } = one.publication;
    const last = requests.at(-1);
    const hasRoom = last !== undefined && last.length < maxMessages && bytes + one.bytes <= maxRequestBytes;
    if (hasRoom && !groups.has(groupId)) {
      last.push(one);
    } else {
      requests.push([one]);
      groups = new Set();
      bytes = 0;
    }
    groups.add(groupId);
    bytes += one.bytes;
  }
  return requests;
};

const sequenceOf = (record: DynamoDBRecord): string => record.dynamodb?.SequenceNumber ?? '';
