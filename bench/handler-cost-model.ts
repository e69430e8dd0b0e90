import { assumed, prices } from './prices';

/** What a batch of events was measured to need. */
export interface EventBatch {
  readonly events: number;
  /** Of one event: in the topic with its attributes, and in the queue. */
  readonly publishedBytes: number;
  readonly queueMessageBytes: number;
  /** For one event, of the whole CPU that the benchmark has. */
  readonly publisherCpuMs: number;
  readonly handlerCpuMs: number;
  /** Requests that the bundles made for the batch. */
  readonly publishes: number;
  readonly idempotencyWrites: number;
}

/** Lambda gives a function one CPU at this size, and a share below it. */
const oneCpuMb = 1_769;
const units = (bytes: number, unitBytes: number): number => Math.ceil(bytes / unitBytes);

/** Dollars for a million events of a stage with one handler that does nothing itself. */
export const handlerCostsOf = (
  { memoryMb, gigabyteSecond }: { readonly memoryMb: number; readonly gigabyteSecond: number },
  batch: EventBatch,
) => {
  const { events } = batch;
  /** An invocation whose calls follow one another. */
  const run = (cpuMs: number, calls: number): number => {
    const ms = calls * assumed.awsCallMs + cpuMs * events * Math.max(1, oneCpuMb / memoryMb);
    return (prices.lambdaRequests + (memoryMb / 1024) * (ms / 1000) * gigabyteSecond) / events;
  };
  // A million events of a thousand bytes are a GB.
  const published = batch.publishedBytes / 1000;
  const delivered = batch.queueMessageBytes / 1000;
  // SNS puts each message into the queue; a batch is received by one request and deleted by another.
  const received = units(batch.queueMessageBytes * events, 64 * 1024) + 1;
  return {
    // Lambda reads a stream free of charge.
    stream: 0,
    publisher: run(batch.publisherCpuMs, batch.publishes),
    'SNS publish': (prices.snsFifoPublishes * batch.publishes) / events + prices.snsFifoPublishedGigabyte * published,
    'SNS delivery': prices.snsFifoDeliveries + prices.snsFifoDeliveredGigabyte * delivered,
    'SQS FIFO': prices.sqsFifoRequests * (units(batch.queueMessageBytes, 64 * 1024) + received / events),
    // The events of a batch are claimed at the same time, and then recorded.
    handler: run(batch.handlerCpuMs, 2),
    'idempotency writes': (prices.dynamodbWrites * batch.idempotencyWrites) / events,
  };
};

export const replyCost = (memoryMb: number, gigabyteSecond: number): number =>
  (memoryMb / 1024) * (assumed.twilioCallMs / 1000) * gigabyteSecond;
