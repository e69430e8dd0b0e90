import { assumed, prices } from '../prices';
import type { FunctionFacts } from './stage-facts';

/** Dollars of each part. */
export type Costs = Readonly<Record<string, number>>;

export const total = (costs: Costs): number => Object.values(costs).reduce((sum, cost) => sum + cost, 0);

/** Adds costs part by part. */
export const sum = (...all: readonly Costs[]): Costs => {
  const parts: Record<string, number> = {};
  for (const costs of all) for (const [name, cost] of Object.entries(costs)) parts[name] = (parts[name] ?? 0) + cost;
  return parts;
};

export const scale = (costs: Costs, factor: number): Costs =>
  Object.fromEntries(Object.entries(costs).map(([name, cost]) => [name, cost * factor]));

/** Dollars for a million invocations of this length. */
export const invocations = ({ memoryMb, architecture }: FunctionFacts, ms: number): number =>
  prices.lambdaRequests +
  (memoryMb / 1024) * (ms / 1000) * (architecture === 'arm64' ? prices.lambdaArm64 : prices.lambdaX86);

/** Requests that AWS counts for so many bytes. */
const requests = (bytes: number): number => Math.ceil(bytes / (64 * 1024));

/**
 * Requests to a queue for each message: it is sent, and its batch is received by one request and deleted by another.
 */
export const queueRequests = (messageBytes: number, batch: number): number =>
  requests(messageBytes) + (requests(messageBytes * batch) + 1) / batch;

/** Dollars for a million times so many bytes. A million bytes a million times are a thousand GB. */
export const logs = (bytes: number): number => (bytes / 1000) * prices.logGigabyte;

/**
 * The log bytes for each record in batches of a size, from those of a record alone and in batches of ten: a part is
 * written for each record, and a part for each invocation.
 */
export const bytesInBatches = (alone: number, inTens: number, batch: number): number => {
  const perInvocation = (alone - inTens) / (1 - 1 / 10);
  return alone - perInvocation + perInvocation / batch;
};

/** Milliseconds of a function that waits for calls, one after the other, and works on records. */
export const waiting = (calls: number, recordMs: number, records: number): number =>
  calls * assumed.awsCallMs + recordMs * records;
