import type { MetricName } from '../../lambda/shared/contract/metric-names';

/** The rejections that ingress counts, by the answer. API Gateway counts the answers only. */
export const clientRejections = [
  'SignatureRejected',
  'BasicChallenge',
  'BasicRejected',
  'UnusableRequest',
] as const satisfies readonly MetricName[];
export const serverRejections = [
  'ConfigError',
  'SecretUnavailable',
  'EnqueueFailed',
  'InternalError',
] as const satisfies readonly MetricName[];

export const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
