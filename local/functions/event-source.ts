import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalFunction } from './function-pool';

/** A queue of the SQS emulator, called in process, with the shapes of the AWS SDK. */
export interface PolledQueue {
  readonly arn: string;
  readonly url: string;
  receive(maxMessages: number, waitSeconds: number, signal: AbortSignal): Promise<readonly PolledMessage[]>;
  delete(messages: readonly PolledMessage[]): Promise<void>;
}

export interface PolledMessage {
  readonly MessageId?: string | undefined;
  readonly ReceiptHandle?: string | undefined;
  readonly Body?: string | undefined;
  readonly MD5OfBody?: string | undefined;
  readonly Attributes?: Readonly<Partial<Record<string, string>>> | undefined;
  readonly MessageAttributes?: Readonly<Record<string, PolledAttribute>> | undefined;
}

interface PolledAttribute {
  readonly DataType?: string | undefined;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: Uint8Array | undefined;
}

export interface EventSourceMapping {
  readonly queue: PolledQueue;
  readonly target: LocalFunction;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  readonly reportBatchItemFailures: boolean;
  readonly region: string;
  readonly onFailure: (message: string) => void;
  /** Pause after a failed poll, in milliseconds. @default 1000 */
  readonly retryMs?: number;
}

/** The longest wait that SQS allows. */
const waitSeconds = 20;
/** Pause after a failed poll. */
const retryMs = 1_000;

/**
 * Polls a queue for a function as Lambda's event source mapping does: messages that succeed are deleted, messages
 * that fail reappear after the visibility timeout, and an invalid response fails the whole batch.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 * @returns a function that stops polling and waits for the batches in progress
 */
export const startEventSource = (mapping: EventSourceMapping): (() => Promise<void>) => {
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;

  const poll = async (): Promise<void> => {
    while (!isStopping()) {
      try {
        const messages = await mapping.queue.receive(mapping.batchSize, waitSeconds, stopping.signal);
        if (messages.length > 0) await handle(messages);
      } catch (error) {
        if (isStopping()) return;
        mapping.onFailure(`cannot poll ${mapping.queue.url}: ${String(error)}`);
        await sleep(mapping.retryMs ?? retryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };

  const handle = async (messages: readonly PolledMessage[]): Promise<void> => {
    const event = { Records: messages.map((message) => record(message, mapping)) };
    const result = await mapping.target.invoke(event);
    if (result.kind !== 'ok') return;
    const failed = mapping.reportBatchItemFailures ? failedIds(result.payload, messages) : new Set<string>();
    if (failed === 'all') {
      mapping.onFailure(`${mapping.target.name} returned an invalid batch response: the batch is retried`);
      return;
    }
    const done = messages.filter(({ MessageId }) => !failed.has(MessageId ?? ''));
    if (done.length > 0) await mapping.queue.delete(done);
  };

  const pollers = Array.from({ length: mapping.maximumConcurrency }, poll);
  return async () => {
    stopping.abort();
    await Promise.all(pollers);
  };
};

const record = (message: PolledMessage, mapping: EventSourceMapping) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [name, attributeOf(attribute)]),
  ),
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: mapping.queue.arn,
  awsRegion: mapping.region,
});

const attributeOf = ({ DataType, StringValue, BinaryValue }: PolledAttribute) => ({
  dataType: DataType,
  ...(StringValue === undefined ? {} : { stringValue: StringValue }),
  ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
  stringListValues: [],
  binaryListValues: [],
});

/**
 * Null, an empty object and an empty list mean success; a missing identifier, or one that is not in the batch, fails
 * the whole batch.
 */
const failedIds = (payload: unknown, messages: readonly PolledMessage[]): ReadonlySet<string> | 'all' => {
  if (payload === null || payload === undefined) return new Set();
  if (typeof payload !== 'object') return 'all';
  const failures = (payload as { readonly batchItemFailures?: unknown }).batchItemFailures;
  if (failures === null || failures === undefined) return new Set();
  if (!Array.isArray(failures)) return 'all';
  const ids = new Set<string>();
  for (const failure of failures as readonly unknown[]) {
    const id = (failure as { readonly itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== 'string' || !messages.some(({ MessageId }) => MessageId === id)) return 'all';
    ids.add(id);
  }
  return ids;
};
