import { messageText } from './accepted-text';
import type { GatewayEvent } from './gateway-event';

/** An event and how the topic delivers it. */
export interface Publication {
  readonly event: GatewayEvent;
  /** Events of one group are delivered in order, one at a time. At most 128 characters. */
  readonly groupId: string;
  /** For five minutes the topic drops what has the same id. At most 128 characters. */
  readonly deduplicationId: string;
  /** What subscriptions filter by. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** `reference` publishes no text and no number: the event has the key of the item. */
export type Payload = 'full' | 'reference';

/** A publication as SNS gets it, and its size with the attributes. */
export interface Prepared {
  readonly publication: Publication;
  readonly bytes: number;
}

/**
 * SNS takes ten messages in one request, of 256 KiB together:
 * https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
 */
const maxMessages = 10;
const maxRequestBytes = 262_144;
/** For attributes and the names around them. */
const bytesPerMessage = 2_048;

/** Leaves out what the stage does not publish, and data that is too large for a message. */
export const prepare = ({ event, attributes, ...delivery }: Publication, payload: Payload): Prepared => {
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
 * Requests to SNS, in order. At most one event of a group is in a request: if it fails, no later one of its group was
 * accepted.
 */
export const requestsOf = <One extends Prepared>(prepared: readonly One[]): readonly (readonly One[])[] => {
  const requests: One[][] = [];
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

/** The entries of SNS's `PublishBatch`; the id of each is its position. */
export const batchEntries = (publications: readonly Publication[]) =>
  publications.map(({ event, groupId, deduplicationId, attributes }, at) => ({
    Id: String(at),
    Message: messageText(event),
    MessageGroupId: groupId,
    MessageDeduplicationId: deduplicationId,
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    ),
  }));

/**
 * How many of the first publications of a batch were accepted. None, if the answer does not say which failed.
 * @param failed entries of `PublishBatch`'s answer
 */
export const acceptedFirst = (count: number, failed: readonly { readonly Id?: string | undefined }[] = []): number =>
  Math.min(count, ...failed.map(({ Id }) => Number(Id) || 0));

const bytesOf = (event: GatewayEvent): number => Buffer.byteLength(messageText(event)) + bytesPerMessage;

const omit = <T extends object, Name extends keyof T & string>(object: T, ...names: readonly Name[]): Omit<T, Name> =>
  // The object without some of its own properties.
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.some((omitted) => omitted === name))) as Omit<
    T,
    Name
  >;
