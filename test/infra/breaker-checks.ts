import type { Check } from './checks';
import { at, list, resources, same, type Template } from './template';

/** A metric as an alarm reads it: its name with the namespace, and its dimensions. */
interface ReadMetric {
  readonly name: string;
  readonly dimensions: unknown;
}

const metricsOf = (alarm: Record<string, unknown>): ReadMetric[] => {
  const read = (metric: unknown): ReadMetric => ({
    name: `${String(at(metric, 'Namespace'))} ${String(at(metric, 'MetricName'))}`,
    dimensions: at(metric, 'Dimensions'),
  });
  return alarm['Metrics'] === undefined
    ? [read(alarm)]
    : list(alarm['Metrics']).flatMap((query) => {
        const metric = at(query, 'MetricStat', 'Metric');
        return metric === undefined ? [] : [read(metric)];
      });
};

/** A logical id without the hash that the CDK adds. */
const plain = (id: string): string => id.replace(/[0-9A-F]{8}$/, '');

const ofQueue =
  (queue: string, ...metricNames: string[]) =>
  (template: Template): ReadMetric[] => {
    const id = Object.keys(template.Resources).find((one) => plain(one) === queue) ?? `no ${queue}`;
    const dimensions = [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }];
    return metricNames.map((name) => ({ name: `AWS/SQS ${name}`, dimensions }));
  };

const ofFunction =
  (metricName: string) =>
  (template: Template): ReadMetric[] => {
    const id = Object.keys(template.Resources).find((one) => plain(one) === 'BreakerFunction') ?? 'none';
    return [{ name: `AWS/Lambda ${metricName}`, dimensions: [{ Name: 'FunctionName', Value: { Ref: id } }] }];
  };

const counted =
  (metricName: string) =>
  (_template: Template, stageName: string): ReadMetric[] => [
    {
      name: `TwilioWebhookGateway ${metricName}`,
      dimensions: [
        { Name: 'Stage', Value: stageName },
        { Name: 'service', Value: 'breaker' },
      ],
    },
  ];

/** What each alarm of the breaker must read, by the alarm's logical id without its hash. */
const watchedByAlarm: Readonly<Record<string, (template: Template, stageName: string) => ReadMetric[]>> = {
  AlarmsBreakerTripped: counted('BreakerTripped'),
  AlarmsBreakerWouldTrip: counted('BreakerWouldTrip'),
  AlarmsBreakerFailed: counted('BreakerFailed'),
  AlarmsBreakerRefused: counted('BreakerRefused'),
  AlarmsBreakerSuppressed: counted('BreakerSuppressed'),
  AlarmsBreakerDrill: counted('BreakerDrill'),
  AlarmsBreakerConfigError: counted('ConfigError'),
  AlarmsBreakerErrors: ofFunction('Errors'),
  AlarmsBreakerThrottles: ofFunction('Throttles'),
  AlarmsBreakerDeadLetters: ofQueue('BreakerQueuesDeadLetterQueue', 'ApproximateNumberOfMessagesVisible'),
  AlarmsBreakerUndecided: ofQueue(
    'BreakerQueuesQueue',
    'ApproximateNumberOfMessagesVisible',
    'ApproximateNumberOfMessagesNotVisible',
  ),
};

const alarmsReadWhatTheyName: Check = ({ template, stageName }) =>
  resources(template, 'AWS::CloudWatch::Alarm').flatMap(([id, { Properties: alarm }]) => {
    if (!id.startsWith('AlarmsBreaker')) return [];
    const expected = watchedByAlarm[plain(id)]?.(template, stageName);
    if (expected === undefined) return [`${id} is an alarm of the breaker that this check does not know`];
    const byName = (metrics: readonly ReadMetric[]) =>
      [...metrics]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, dimensions }) => [name, dimensions]);
    return same(byName(metricsOf(alarm)), byName(expected))
      ? []
      : [`${id} reads ${JSON.stringify(metricsOf(alarm))}, not ${JSON.stringify(expected)}`];
  });

export const breakerChecks = {
  'every alarm of the breaker reads the queue, function or counter that it names': alarmsReadWhatTheyName,
} satisfies Record<string, Check>;
