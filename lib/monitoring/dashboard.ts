import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  Stats,
  type Alarm,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { MetricName } from '../../lambda/shared/contract/metric-names';
import type { FunctionName } from '../functions/function-bundle';
import { counted, tableSystemErrors, tableThrottles, type MonitoredResources } from './monitored-resources';

export interface GatewayDashboardProps {
  readonly watched: MonitoredResources;
  readonly alarms: readonly Alarm[];
}

const period = Duration.minutes(5);
const graph = (title: string, left: IMetric[], right: IMetric[] = []): GraphWidget =>
  new GraphWidget({ title, left, right, width: 12, height: 6 });

/** One page: the alarms, then a webhook's way from left to right and top to bottom. */
export class GatewayDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, { watched, alarms }: GatewayDashboardProps) {
    super(scope, id);
    const { frontDoor, ingress, consumer, queue, deadLetterQueue, table, stage, breaker } = watched;
    const count = (service: FunctionName, names: readonly MetricName[]): IMetric[] =>
      names.map((name) => counted(stage, service, name, period));
    this.dashboard = new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.hours(3),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 5 })],
        [
          graph(
            'Front door',
            [
              frontDoor.httpStage.metricCount({ period, statistic: Stats.SUM }),
              frontDoor.httpStage.metricClientError({ period, statistic: Stats.SUM }),
              frontDoor.httpStage.metricServerError({ period, statistic: Stats.SUM }),
            ],
            [frontDoor.httpStage.metricLatency({ period, statistic: Stats.percentile(99) })],
          ),
          graph('Ingress: accepted and rejected', [
            ...count('ingress', ['Accepted', 'SignatureRejected', 'UnusableRequest']),
            ...(stage.basicAuth === undefined ? [] : count('ingress', ['BasicChallenge', 'BasicRejected'])),
          ]),
        ],
        [
          graph(
            'Ingress: faults',
            count('ingress', [
              'ConfigError',
              'SecretUnavailable',
              'StaleSecretUsed',
              'EnqueueFailed',
              'InternalError',
            ]),
          ),
          graph(
            'Ingress: function',
            [
              ingress.metricInvocations({ period }),
              ingress.metricErrors({ period }),
              ingress.metricThrottles({ period }),
            ],
            [ingress.metricDuration({ period, statistic: Stats.percentile(99) })],
          ),
        ],
        [
          graph(
            'Queue',
            [
              queue.metricApproximateNumberOfMessagesVisible({ period }),
              queue.metricApproximateNumberOfMessagesNotVisible({ period }),
              deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, label: 'Dead letters' }),
            ],
            [queue.metricApproximateAgeOfOldestMessage({ period })],
          ),
          graph(
            'Consumer: function',
            [
              consumer.metricInvocations({ period }),
              consumer.metricErrors({ period }),
              consumer.metricThrottles({ period }),
            ],
            [consumer.metricDuration({ period, statistic: Stats.percentile(99) })],
          ),
        ],
        [
          graph(
            'Consumer: records',
            count('consumer', [
              'RecordStored',
              'Duplicate',
              'RecordFailed',
              'PoisonEnvelope',
              'StatusConflict',
              'UnknownStatus',
            ]),
            count('consumer', ['UnrecognizedWebhook', 'OtherReading', 'RepeatedText', 'OtherContent']),
          ),
          graph('Table', [tableThrottles(table, period), tableSystemErrors(table, period)]),
        ],
        ...(breaker === undefined
          ? []
          : [
              [
                graph(
                  'Breaker: decisions',
                  count('breaker', [
                    'BreakerTripped',
                    'BreakerWouldTrip',
                    'BreakerAlreadyStopped',
                    'BreakerRefused',
                    'BreakerSuppressed',
                    'BreakerFailed',
                    'BreakerDrill',
                  ]),
                ),
                graph('Breaker: queue', [
                  breaker.queue.metricApproximateNumberOfMessagesVisible({ period }),
                  breaker.queue.metricApproximateNumberOfMessagesNotVisible({ period }),
                  breaker.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
                    period,
                    label: 'Dead letters',
                  }),
                  breaker.function.metricErrors({ period }),
                ]),
              ],
            ]),
      ],
    });
  }
}
