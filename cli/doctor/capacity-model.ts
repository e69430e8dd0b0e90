/** What a rate of webhooks needs, and what a stage's limits allow. docs/capacity.md explains the model. */

/** Messages of a queue that a function takes in batches. */
export interface BatchConsumer {
  readonly batchSize: number;
  /** Batches at once. */
  readonly maxConcurrency: number;
  /** From receiving a full batch until the next one is received. */
  readonly batchSeconds: number;
}

/** Assumed for a function of 512 MB in the region of its services. Measure a stage for better ones. */
export const assumed = {
  /** A webhook that ingress accepts: 12 ms, and 350 ms for one of a hundred, which starts an environment. */
  ingressSeconds: 0.012 * 0.99 + 0.35 * 0.01,
  /** A full batch of the consumer: 40 ms, and the time to receive and delete it. */
  batchSeconds: 0.07,
} as const;

/** Limits of AWS that no stage sets. */
export const awsLimits = {
  /**
   * Invocations a second, for each concurrent execution of the account.
   * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
   */
  requestsPerExecution: 10,
  /**
   * Write units a second of a new table on demand, and of each of its indexes. It doubles as traffic grows.
   * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput-scenarios.html
   */
  newTableWriteUnits: 4_000,
  /** Partitions of such a table, at 1,000 write units a second each. Its stream has a shard for each of them. */
  newTablePartitions: 4,
} as const;

/** Write units in the table for one webhook; each index takes at most one more from a limit of its own. */
export const tableWriteUnits = {
  /** Its marker and the item. */
  message: 2,
  /** Its marker, the message and the entry of its history. */
  statusCallback: 3,
} as const;

/** Executions that run at once on average: Little's law. */
export const busyEnvironments = (rate: number, seconds: number): number => rate * seconds;

/**
 * The share of requests that find every environment busy, which Lambda refuses at once: Erlang's formula B, which holds
 * for requests that arrive independently, however long each takes.
 */
export const refusedShare = (environments: number, rate: number, seconds: number): number => {
  const load = busyEnvironments(rate, seconds);
  let refused = 1;
  for (let count = 1; count <= environments; count += 1) {
    refused = (load * refused) / (count + load * refused);
  }
  return refused;
};

/** Of a thousand webhooks, ingress refuses at most one. Twilio sends it again. */
const acceptedRefusals = 0.001;

/** The highest rate at which no more are refused than `acceptedRefusals`. */
export const acceptedRate = (environments: number, seconds: number): number => {
  let [low, high] = [0, environments / seconds];
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    if (refusedShare(environments, middle, seconds) <= acceptedRefusals) low = middle;
    else high = middle;
  }
  return low;
};

/** Messages a second that leave the queue while it has enough for full batches. */
export const drainRate = ({ batchSize, maxConcurrency, batchSeconds }: BatchConsumer): number =>
  (batchSize * maxConcurrency) / batchSeconds;

/** Messages that wait at the end of a burst. */
export const backlogAfter = (rate: number, seconds: number, drain: number): number =>
  Math.max(0, (rate - drain) * seconds);

/** Seconds until the last of them is taken, while `rate` more arrive; infinite if they arrive as fast. */
export const drainSeconds = (backlog: number, drain: number, rate = 0): number =>
  backlog === 0 ? 0 : drain > rate ? backlog / (drain - rate) : Infinity;

/** Webhooks a second that a new table takes. */
export const newTableRate = (kind: keyof typeof tableWriteUnits): number =>
  Math.floor(awsLimits.newTableWriteUnits / tableWriteUnits[kind]);

/** What limits a stage. */
export interface StageCapacity {
  /** Concurrent executions that no function of the AWS account reserves. */
  readonly unreserved: number;
  /** Executions that are reserved for ingress. */
  readonly reservedForIngress?: number | undefined;
  /** The most that the functions after the queue may run at once, the consumer included. */
  readonly background: number;
  /** Whether ingress waits for a reply function, which is an execution and a request to Lambda as well. */
  readonly asksForReplies: boolean;
  /** Undefined where the API is not the stage's own. */
  readonly throttleRate?: number | undefined;
}

/** Executions that are left for ingress while everything else runs. */
export const leftForIngress = ({ unreserved, reservedForIngress, background }: StageCapacity): number =>
  reservedForIngress ?? Math.max(0, unreserved - background);

/** Webhooks a second that ingress accepts while everything else runs, and the limit that decides. */
export const stageRate = (
  capacity: StageCapacity,
): { readonly perSecond: number; readonly limit: 'throttle' | 'concurrency' | 'requests' } => {
  const { unreserved, reservedForIngress, asksForReplies, throttleRate = Infinity } = capacity;
  const executions = leftForIngress(capacity);
  const environments = asksForReplies ? Math.floor(executions / 2) : executions;
  const limits = {
    throttle: throttleRate,
    concurrency: acceptedRate(environments, assumed.ingressSeconds),
    requests: ((reservedForIngress ?? unreserved) * awsLimits.requestsPerExecution) / (asksForReplies ? 2 : 1),
  };
  const perSecond = Math.floor(Math.min(...Object.values(limits)));
  if (throttleRate <= perSecond) return { perSecond, limit: 'throttle' };
  return { perSecond, limit: limits.concurrency <= limits.requests ? 'concurrency' : 'requests' };
};
