/**
 * The part of Lambda's events for a queue that handlers use. Not the types of `@types/aws-lambda`, which a user of this
 * library may not have installed.
 */
export interface QueueEvent {
  /** The messages, in the order of the queue. */
  readonly Records: readonly QueueRecord[];
}

/** A message of the queue. */
export interface QueueRecord {
  /** The same in each receive. */
  readonly messageId: string;
  /** Of this receive: to change the visibility of the message. */
  readonly receiptHandle: string;
  /** An event as JSON. */
  readonly body: string;
  /** The attributes that SQS adds to the message. */
  readonly attributes: QueueRecordAttributes;
  /** The message attributes that the topic sends with the event. */
  readonly messageAttributes: Readonly<Record<string, QueueAttribute>>;
}

/** The attributes of a message that handlers read. */
export interface QueueRecordAttributes {
  /** A number as text. */
  readonly ApproximateReceiveCount: string;
  /** Only in a FIFO queue. */
  readonly MessageGroupId?: string | undefined;
  /** Only in a FIFO queue. */
  readonly SequenceNumber?: string | undefined;
}

/** An attribute that the sender of a message has set. */
export interface QueueAttribute {
  /** `String`, `Number` or `Binary`. */
  readonly dataType: string;
  /** The value, if it is not binary. */
  readonly stringValue?: string | undefined;
  /** In base64. */
  readonly binaryValue?: string | undefined;
}

/** The messages that the queue must deliver again. */
export interface QueueResponse {
  /** One entry for each. */
  batchItemFailures: FailedQueueRecord[];
}

/** A message that the queue must deliver again. */
export interface FailedQueueRecord {
  /** Its `messageId`. */
  itemIdentifier: string;
}

/** The part of Lambda's context that handlers use. */
export interface InvocationContext {
  /** Until Lambda ends the invocation. */
  readonly getRemainingTimeInMillis: () => number;
}
