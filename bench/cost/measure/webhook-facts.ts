import { randomUUID } from 'node:crypto';
import { linesBytes } from '../log-size';
import type { IndexKeys } from '../stage-facts';
import type { InvocableBundle } from './invoke-bundle';
import { indexUnits, storedBytes, tableUnits } from './item-size';
import type { Recorded, RecordingAws } from './recording-aws';

/** What one webhook needs, alone or on the average of a full batch. */
interface Share {
  readonly consumerLogBytes: number;
  /** Until all its changes are published, without the log lines of invocations that publish nothing. */
  readonly publisherLogBytes: number;
  readonly publishes: number;
}

export interface WebhookFacts {
  readonly ingressLogBytes: number;
  readonly queueMessageBytes: number;
  readonly alone: Share;
  readonly inFullBatches: Share;
  readonly units: { readonly marker: number; readonly table: number; readonly indexes: number };
  /** Changes of the table, and the partitions that they are in. */
  readonly changes: number;
  readonly partitions: number;
  readonly storedBytes: number;
  readonly events: number;
  /** Of all its events, with their attributes. */
  readonly publishedBytes: number;
}

type Writes = Recorded['writes'];

/** The bundles that a message of the event queue goes through. */
export interface Storing {
  readonly aws: RecordingAws;
  readonly consumer: InvocableBundle;
  readonly publisher: InvocableBundle;
}

/** As SQS delivers it to a function. */
export const queueRecord = (body: string): object => ({
  messageId: randomUUID(),
  receiptHandle: 'receipt',
  body,
  attributes: { ApproximateReceiveCount: '1', MessageGroupId: randomUUID(), SequenceNumber: '1' },
  messageAttributes: {},
});

export const invokeBatch = async (bundle: InvocableBundle, Records: readonly object[]): Promise<readonly string[]> => {
  const { result, lines } = await bundle.invoke({ Records });
  const { batchItemFailures } = result as { readonly batchItemFailures: readonly unknown[] };
  if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} records failed: ${lines.join('\n')}`);
  return lines;
};

export const store = async ({ aws, consumer }: Omit<Storing, 'publisher'>, messages: readonly string[]) => {
  const lines = await invokeBatch(consumer, messages.map(queueRecord));
  return { lines, writes: aws.take().writes };
};

/** As the table's stream has it. */
const change = ({ before, after }: Writes[number], number: number): object => ({
  eventID: randomUUID(),
  eventName: before === undefined ? 'INSERT' : 'MODIFY',
  eventSource: 'aws:dynamodb',
  dynamodb: {
    NewImage: after,
    ...(before === undefined ? {} : { OldImage: before }),
    SequenceNumber: String(number + 1),
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
});

export const unitsOf = (writes: Writes): number => writes.reduce((sum, write) => sum + tableUnits(write), 0);

const isMarker = ({ after }: Writes[number]): boolean => String(after['pk']?.['S']).includes('#TEXT#');

/** Stores messages of the event queue in one batch and publishes their events; the facts are those of each. */
export const storeAndPublish = async (
  { aws, consumer, publisher }: Storing,
  indexes: readonly IndexKeys[],
  { messages, lines }: { readonly messages: readonly string[]; readonly lines: readonly string[] },
) => {
  const count = messages.length;
  const stored = await store({ aws, consumer }, messages);
  const publisherLines = await invokeBatch(publisher, stored.writes.map(change));
  const { publishes } = aws.take();
  const published = publishes.flat();
  const share: Share = {
    consumerLogBytes: linesBytes(stored.lines) / count,
    publisherLogBytes: linesBytes(publisherLines) / count,
    publishes: publishes.length / count,
  };
  const facts: WebhookFacts = {
    ingressLogBytes: linesBytes(lines) / count,
    queueMessageBytes: messages.reduce((sum, message) => sum + Buffer.byteLength(message), 0) / count,
    alone: share,
    inFullBatches: share,
    units: {
      marker: unitsOf(stored.writes.filter(isMarker)) / count,
      table: unitsOf(stored.writes.filter((write) => !isMarker(write))) / count,
      indexes:
        indexes.reduce(
          (sum, index) => sum + stored.writes.reduce((units, write) => units + indexUnits(write, index), 0),
          0,
        ) / count,
    },
    changes: stored.writes.length / count,
    partitions: new Set(stored.writes.map(({ after }) => JSON.stringify(after['pk']))).size / count,
    storedBytes: stored.writes.reduce((sum, write) => sum + storedBytes(write, indexes), 0) / count,
    events: published.length / count,
    publishedBytes: published.reduce((sum, { bytes }) => sum + bytes, 0) / count,
  };
  return { facts, messages: published.map(({ text }) => text), lines: stored.lines, publisherLines };
};
