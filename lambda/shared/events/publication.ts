import { canaryEventType } from '../contract/canary';
import { messageText } from './accepted-text';
import type { PublishedEvent } from './published-event';

export const isCanary = ({ event }: Publication): boolean => event.type === canaryEventType;

/** An event and how the topic delivers it. */
export interface Publication {
  readonly event: PublishedEvent;
  /** Events of one group are delivered in order, one at a time. At most 128 characters. */
  readonly groupId: string;
  /** For five minutes the topic drops other messages with this id. At most 128 characters. */
  readonly deduplicationId: string;
  /** The message attributes, which subscriptions filter by. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** `reference` publishes no text and no number: the event has the key of the item. */
export type Payload = 'full' | 'reference';

/** A publication in the form that SNS gets, and its size with the attributes. */
export interface PreparedPublication {
  readonly publication: Publication;
  readonly bytes: number;
}

/**
 * SNS accepts at most ten messages in one request, and 256 KiB for all of them together:
 * https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
 */
const maxMessages = 10;
const maxRequestBytes = 262_144;
/** For attributes and the names around them. */
const bytesPerMessage = 2_048;

/** Leaves out fields that the stage does not publish, and data that is too large for a message. */
export const prepare = ({ event, attributes, ...delivery }: Publication, payload: Payload): PreparedPublication => {
  if (event.type === canaryEventType) {
    return { publication: { ...delivery, event, attributes }, bytes: bytesOf(event) };
  }
  const reference = omit(event, 'data');
  if (payload === 'reference') {
    const publication = { ...delivery, event: reference, attributes: omit(attributes, 'from', 'to') };
    return { publication, bytes: bytesOf(reference) };
  }
  const bytes = bytesOf(event);
  return bytes <= maxRequestBytes
    ? { publication: { ...delivery, event, attributes }, bytes }
    : { publication: { ...delivery, event: { ...reference, truncated: true }, attributes }, bytes: bytesPerMessage };
};

/**
 * Requests to SNS, in order. A request has at most one event of each group, so that no event is accepted after an
 * earlier one of its group has failed.
 */
export const requestsOf = <Entry extends PreparedPublication>(
  entries: readonly Entry[],
): readonly (readonly Entry[])[] => {
  const requests: Entry[][] = [];
  let groups = new Set<string>();
  let bytes = 0;
  for (const entry of entries) {
    const { groupId } = entry.publication;
    const last = requests.at(-1);
    const hasRoom = last !== undefined && last.length < maxMessages && bytes + entry.bytes <= maxRequestBytes;
    if (hasRoom && !groups.has(groupId)) {
      last.push(entry);
    } else {
      requests.push([entry]);
      groups = new Set();
      bytes = 0;
    }
    groups.add(groupId);
    bytes += entry.bytes;
  }
  return requests;
};

/** The entries of SNS's `PublishBatch`; the id of each is its position. */
export const batchEntries = (publications: readonly Publication[]) =>
  publications.map(({ event, groupId, deduplicationId, attributes }, position) => ({
    Id: String(position),
    Message: messageText(event),
    MessageGroupId: groupId,
    MessageDeduplicationId: deduplicationId,
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    ),
  }));

interface FailedEntry {
  readonly Id?: string | undefined;
}

/**
 * How many of the first publications of a batch were accepted. None, if the answer does not say which failed.
 * @param failed entries of `PublishBatch`'s answer
 */
export const acceptedBeforeFailure = (count: number, failed: readonly FailedEntry[] = []): number =>
  Math.min(count, ...failed.map(({ Id }) => Number(Id) || 0));

const bytesOf = (event: PublishedEvent): number => Buffer.byteLength(messageText(event)) + bytesPerMessage;

const omit = <T extends object, Name extends keyof T & string>(object: T, ...names: readonly Name[]): Omit<T, Name> =>
  // The object without some of its own properties.
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.some((omitted) => omitted === name))) as Omit<
    T,
    Name
  >;
