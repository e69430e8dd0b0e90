import { assumed } from '../prices';
import type { StageFacts } from './stage-facts';

/** How much arrives at once. */
export interface Load {
  readonly perSecond: number;
}

const secondsPerMonth = assumed.daysPerMonth * 86_400;

/** Webhooks that arrive evenly over a month. */
export const loadOf = (perMonth: number): Load => ({ perSecond: perMonth / secondsPerMonth });

/** 100,000 a month: each webhook is alone. */
export const trickle = loadOf(100_000);
export const tenPerSecond: Load = { perSecond: 10 };

/** As many as the first pollers of the queue can take in full batches. */
export const fullBatches = ({ batchSizes }: StageFacts): Load => ({
  perSecond: (batchSizes.consumer * assumed.pollers) / assumed.batchSeconds,
});

/**
 * Messages of one receive. A poller takes what has arrived since its last receive, at least one and at most a batch.
 */
export const batchAt = ({ perSecond }: Load, largest: number): number =>
  Math.min(largest, Math.max(1, (perSecond * assumed.batchSeconds) / assumed.pollers));

/**
 * Invocations of the publisher for each webhook. Its changes are in some shards of the stream; each shard is read four
 * times a second, and changes that arrive between two reads are one batch.
 */
export const streamInvocations = (
  { perSecond }: Load,
  { changes, partitions }: { readonly changes: number; readonly partitions: number },
  largest: number,
): number => {
  const { streamShards, streamReadsPerSecond } = assumed;
  const shards = streamShards * (1 - (1 - 1 / streamShards) ** partitions);
  return Math.max(changes / largest, Math.min(shards, (streamShards * streamReadsPerSecond) / perSecond));
};

/** The share of invocations that X-Ray records. */
export const tracedShare = (perSecond: number): number =>
  perSecond <= 1 ? 1 : (1 + assumed.sampledShare * (perSecond - 1)) / perSecond;

/**
 * Receives of a month that return nothing. Messages arrive at random, and each ends the wait of one poller.
 */
export const emptyReceives = ({ perSecond }: Load): number => {
  const { pollers, pollSeconds } = assumed;
  const each = perSecond / pollers;
  const perPoller = each === 0 ? 1 / pollSeconds : each / Math.expm1(each * pollSeconds);
  return pollers * perPoller * secondsPerMonth;
};
