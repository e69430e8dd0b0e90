import { createDeduplication, type Deduplication } from '../sqs/queue/deduplication';
import type { Filter } from './filter-policy';

/** A message on its way from a topic to its subscribers. */
export interface TopicMessage {
  readonly messageId: string;
  readonly message: string;
  readonly subject: string | undefined;
  /** Attributes of type String. */
  readonly attributes: Readonly<Record<string, string>>;
  /** On a FIFO topic. */
  readonly groupId?: string;
  readonly deduplicationId?: string;
}

export interface Subscription {
  readonly filter: Filter;
  /** Whether the queue gets the message itself, without SNS's JSON around it. */
  readonly raw: boolean;
  readonly queueArn: string;
}

export interface TopicDefinition {
  readonly arn: string;
  readonly isFifo: boolean;
  /** Whether a hash of the content replaces a missing deduplication id. */
  readonly contentBasedDeduplication: boolean;
  readonly subscriptions: readonly Subscription[];
}

/** Sends a message to a queue. Rejects if the queue does not accept it. */
export type Deliver = (
  queueArn: string,
  message: Pick<TopicMessage, 'attributes' | 'groupId' | 'deduplicationId'> & { readonly body: string },
) => Promise<void>;

export interface Topic extends TopicDefinition {
  /** Resolves when every subscribed queue has the message, or when it was published within the last five minutes. */
  publish(message: TopicMessage): Promise<void>;
  readonly deduplication: Deduplication;
}

/**
 * A topic with its subscriptions. The publisher gets its answer after the queues have the message, so that an accepted
 * message cannot be lost here.
 */
export const createTopic = (
  definition: TopicDefinition,
  deliver: Deliver,
  now = Date.now,
  deduplication = createDeduplication(),
): Topic => {
  return {
    ...definition,
    deduplication,
    publish: async (published) => {
      const { deduplicationId, groupId } = published;
      if (deduplicationId !== undefined && deduplication.find(deduplicationId, now()) !== undefined) return;
      for (const { filter, raw, queueArn } of definition.subscriptions) {
        if (!filter(published.attributes)) continue;
        await deliver(queueArn, {
          body: raw ? published.message : notification(definition.arn, published),
          attributes: raw ? published.attributes : {},
          ...(queueArn.endsWith('.fifo') && deduplicationId !== undefined && { deduplicationId }),
          ...(groupId !== undefined && { groupId }),
        });
      }
      if (deduplicationId === undefined) return;
      deduplication.remember({
        key: deduplicationId,
        id: published.messageId,
        sequenceNumber: deduplication.nextSequenceNumber(),
        atMs: now(),
      });
    },
  };
};

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html#http-notification-json */
const notification = (topicArn: string, { messageId, subject, message, attributes }: TopicMessage): string =>
  JSON.stringify({
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: message,
    Timestamp: new Date().toISOString(),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, Value]) => [name, { Type: 'String', Value }]),
    ),
  });
