import { Duration } from 'aws-cdk-lib';
import { Metric, Stats, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { FunctionName, HandlerServiceName } from '../../lambda/shared/contract/function-names';
import {
  metricNamespace,
  metricNames,
  serviceDimension,
  stageDimension,
  type MetricName,
} from '../../lambda/shared/contract/metric-names';

/** The function that counts each metric. */
const countedBy: Readonly<Record<MetricName, FunctionName | 'handler'>> = {
  Accepted: 'ingress',
  CanaryAccepted: 'ingress',
  SignatureRejected: 'ingress',
  UnusableRequest: 'ingress',
  BasicRejected: 'ingress',
  BasicChallenge: 'ingress',
  ConfigError: 'ingress',
  SecretUnavailable: 'ingress',
  StaleSecretUsed: 'ingress',
  EnqueueFailed: 'ingress',
  InternalError: 'ingress',
  ReplyFallback: 'ingress',
  RecordStored: 'consumer',
  Duplicate: 'consumer',
  Redelivered: 'consumer',
  BackfillReceived: 'consumer',
  RecordFailed: 'consumer',
  PoisonEnvelope: 'consumer',
  StatusConflict: 'consumer',
  UnknownStatus: 'consumer',
  UnrecognizedWebhook: 'consumer',
  OtherReading: 'consumer',
  RepeatedText: 'consumer',
  OtherContent: 'consumer',
  BreakerTripped: 'breaker',
  BreakerWouldTrip: 'breaker',
  BreakerAlreadyStopped: 'breaker',
  BreakerRefused: 'breaker',
  BreakerSuppressed: 'breaker',
  BreakerFailed: 'breaker',
  BreakerDrill: 'breaker',
  EventPublished: 'publisher',
  PublishFailed: 'publisher',
  MissedWebhooks: 'reconciler',
  BackfilledMessages: 'reconciler',
  ReconciliationLag: 'reconciler',
  CanarySucceeded: 'canary',
  CanaryFailed: 'canary',
  CanaryTokenUnknown: 'canary',
  CanaryLatency: 'canary',
  FallbackAccepted: 'fallback',
  FallbackRejected: 'fallback',
  FallbackFailed: 'fallback',
  FallbackDrained: 'drain',
  DrainSucceeded: 'drain',
  DrainFailed: 'drain',
  HandlerSucceeded: 'handler',
  HandlerDuplicate: 'handler',
  HandlerFailed: 'handler',
  HandlerDeadLettered: 'handler',
};

/**
 * A metric of a stage, as a sum over five minutes.
 * @param handler the name of a handler, for the metrics of handlers
 * @throws Error if there is no such metric
 */
export const gatewayMetric = (stageName: string, name: string, props: MetricOptions, handler?: string): Metric => {
  const metricName = metricNames.find((known) => known === name);
  const counter = metricName === undefined ? undefined : countedBy[metricName];
  if (counter === undefined || (counter === 'handler') !== (handler !== undefined)) {
    const choice = metricNames.filter((known) => (countedBy[known] === 'handler') === (handler !== undefined));
    throw new Error(`There is no metric ${JSON.stringify(name)} here: choose from ${choice.join(', ')}.`);
  }
  const service: FunctionName | HandlerServiceName = counter === 'handler' ? `handler-${String(handler)}` : counter;
  return new Metric({
    namespace: metricNamespace,
    metricName: name,
    dimensionsMap: { [serviceDimension]: service, [stageDimension]: stageName },
    statistic: Stats.SUM,
    period: Duration.minutes(5),
    ...props,
  });
};
