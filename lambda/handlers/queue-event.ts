/**
 * The part of Lambda's events for a queue that handlers use. Not the types of `@types/aws-lambda`, which a user of this
 * library may not have installed.
 */
export interface QueueEvent {
  readonly Records: readonly QueueRecord[];
}

export interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: {
    readonly ApproximateReceiveCount: string;
    /** Only in a FIFO queue. */
    readonly MessageGroupId?: string | undefined;
    /** Only in a FIFO queue. */
    readonly SequenceNumber?: string | undefined;
  };
  readonly messageAttributes: Readonly<Record<string, QueueAttribute>>;
}

export interface QueueAttribute {
  readonly dataType: string;
  readonly stringValue?: string | undefined;
  /** In base64. */
  readonly binaryValue?: string | undefined;
}

/** The messages that the queue must deliver again. */
export interface QueueResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** The part of Lambda's context that handlers use. */
export interface InvocationContext {
  readonly getRemainingTimeInMillis: () => number;
}
