import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeRecord, ChangeStream } from '../dynamodb/change-stream';
import type { LocalFunction } from './function-pool';

export interface StreamSourceMapping {
  readonly stream: ChangeStream;
  readonly streamArn: string;
  readonly tableKeys: readonly string[];
  readonly target: LocalFunction;
  readonly batchSize: number;
  readonly bisectOnError: boolean;
  /** Retries before a batch goes to the destination. Undefined retries indefinitely. */
  readonly maximumRetries: number | undefined;
  readonly reportBatchItemFailures: boolean;
  readonly region: string;
  /** Called with a pointer to records that were given up. */
  readonly onGivenUp: (description: object) => Promise<void>;
  readonly onFailure: (message: string) => void;
  /** Pause before the first retry, in milliseconds; it doubles. @default 250 */
  readonly retryMs?: number;
}

const longestRetryMs = 30_000;

/**
 * Reads the stream of a table for a function as Lambda's event source mapping does: in order, one batch at a time, and
 * never past a record that was not handled.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 * @returns a function that stops reading after the current batch
 */
export const startStreamSource = (mapping: StreamSourceMapping): (() => Promise<void>) => {
  const stopping = new AbortController();
  const reading = readStream(mapping, stopping.signal);
  return async () => {
    stopping.abort();
    await reading;
  };
};

const readStream = async (mapping: StreamSourceMapping, signal: AbortSignal): Promise<void> => {
  let position: Position = { after: '', limit: mapping.batchSize, failures: 0 };
  const isStopping = (): boolean => signal.aborted;
  while (!isStopping()) {
    const { failures } = position;
    try {
      position = await readBatch(position, mapping, signal);
    } catch (error) {
      if (isStopping()) return;
      mapping.onFailure(`cannot read ${mapping.streamArn}: ${String(error)}`);
      position = { ...position, failures: failures + 1 };
    }
    if (position.failures > failures) await pause(position.failures, mapping, signal);
  }
};

interface Position {
  /** The sequence number of the last record that was handled. */
  readonly after: string;
  readonly limit: number;
  /** Failures in a row of the batch that begins here. */
  readonly failures: number;
}

/** Reads and handles one batch, or waits for a change. @returns where to continue */
const readBatch = async (
  { after, limit, failures }: Position,
  mapping: StreamSourceMapping,
  signal: AbortSignal,
): Promise<Position> => {
  const { stream, batchSize } = mapping;
  // Before the read, so that no change is missed in between.
  const version = stream.version();
  const records = await stream.read(after, limit);
  if (records.length === 0) {
    await stream.changedSince(version, signal);
    return { after, limit, failures };
  }
  const handled = await handleBatch(records, mapping);
  const last = records[handled - 1]?.sequenceNumber ?? after;
  if (handled > 0) await stream.trim(last);
  if (handled === records.length) return { after: last, limit: batchSize, failures: 0 };

  const rest = records.slice(handled);
  const failed = { after: last, limit, failures: handled > 0 ? 1 : failures + 1 };
  if (mapping.bisectOnError && rest.length > 1) return { ...failed, limit: Math.ceil(rest.length / 2) };
  if (mapping.maximumRetries === undefined || failed.failures <= mapping.maximumRetries) return failed;
  return { after: await giveUp(rest, mapping), limit: batchSize, failures: 0 };
};

const pause = async (failures: number, { retryMs = 250 }: StreamSourceMapping, signal: AbortSignal): Promise<void> => {
  const pauseMs = Math.min(retryMs * 2 ** (failures - 1), longestRetryMs);
  await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
};

/** @returns how many of the first records were handled */
const handleBatch = async (records: readonly ChangeRecord[], mapping: StreamSourceMapping): Promise<number> => {
  const result = await mapping.target.invoke({
    Records: records.map((record) => streamRecord(record, mapping)),
  });
  if (result.kind !== 'ok') return 0;
  if (!mapping.reportBatchItemFailures) return records.length;
  const failures = (result.payload as { readonly batchItemFailures?: unknown } | null)?.batchItemFailures;
  if (failures === undefined || failures === null) return records.length;
  if (!Array.isArray(failures)) return invalidAnswer(mapping);
  const positions = (failures as readonly { readonly itemIdentifier?: unknown }[]).map(({ itemIdentifier }) =>
    records.findIndex(({ sequenceNumber }) => sequenceNumber === itemIdentifier),
  );
  if (positions.includes(-1)) return invalidAnswer(mapping);
  return positions.length === 0 ? records.length : Math.min(...positions);
};

const invalidAnswer = ({ target, onFailure }: StreamSourceMapping): number => {
  onFailure(`${target.name} gave no valid batch response: the batch is retried`);
  return 0;
};

/** @returns the sequence number to continue after */
const giveUp = async (records: readonly ChangeRecord[], mapping: StreamSourceMapping): Promise<string> => {
  const first = records[0]?.sequenceNumber ?? '';
  const last = records.at(-1)?.sequenceNumber ?? first;
  await mapping.onGivenUp({
    requestContext: { functionArn: mapping.target.arn, condition: 'RetryAttemptsExhausted' },
    DDBStreamBatchInfo: {
      streamArn: mapping.streamArn,
      startSequenceNumber: first,
      endSequenceNumber: last,
      batchSize: records.length,
    },
  });
  await mapping.stream.trim(last);
  return last;
};

const streamRecord = (record: ChangeRecord, mapping: StreamSourceMapping) => {
  const image = record.newImage ?? record.oldImage ?? {};
  return {
    eventID: record.sequenceNumber,
    eventName: record.eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: mapping.region,
    eventSourceARN: mapping.streamArn,
    dynamodb: {
      ApproximateCreationDateTime: record.atSeconds,
      Keys: Object.fromEntries(mapping.tableKeys.map((name) => [name, image[name]])),
      ...(record.newImage && { NewImage: record.newImage }),
      ...(record.oldImage && { OldImage: record.oldImage }),
      SequenceNumber: record.sequenceNumber,
      SizeBytes: Buffer.byteLength(JSON.stringify(image)),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  };
};
