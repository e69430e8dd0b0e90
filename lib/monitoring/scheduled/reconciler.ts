import { Duration } from 'aws-cdk-lib';
import { Stats, TreatMissingData, type GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmSpec } from '../alarm-spec';
import { customMetric, customMetricAlarm } from '../custom-metric';
import { customMetrics, functionGraph, graph } from '../graphs';
import type { MonitoredResources } from '../monitored-resources';

const hour = Duration.hours(1);

export const reconcilerAlarms = ({ stage, reconciler }: MonitoredResources): AlarmSpec[] =>
  reconciler === undefined
    ? []
    : [
        customMetricAlarm(stage, 'reconciler', 'MissedWebhooks', {
          runbookSection: 'webhooks-were-missed',
          description:
            "Twilio's list has a message or a status whose webhook never came. It was backfilled: " +
            'find out why the webhook did not come.',
        }),
        {
          id: 'ReconciliationLag',
          runbookSection: 'reconciliation-does-not-complete',
          description:
            "Twilio's list was not compared with the table for an hour: a missed webhook would not be noticed.",
          // The lowest lag of the hour: zero where one comparison was complete.
          metric: customMetric(stage, 'reconciler', 'ReconciliationLag', hour, Stats.MINIMUM),
          threshold: hour.toSeconds(),
          treatMissingData: TreatMissingData.BREACHING,
        },
        customMetricAlarm(stage, 'reconciler', 'ConfigError', {
          id: 'ReconcilerConfigError',
          runbookSection: 'reconciler-secret-not-usable',
          description:
            "The reconciler's secret is missing, malformed or still the placeholder: Twilio's list is not compared.",
        }),
        {
          id: 'ReconcilerErrors',
          runbookSection: 'reconciliation-does-not-complete',
          description: 'The reconciler function crashed or timed out. The next invocation continues.',
          metric: reconciler.function.metricErrors({ period: Duration.minutes(5) }),
          threshold: 1,
        },
      ];

export const reconcilerWidgets = ({ stage, reconciler }: MonitoredResources): GraphWidget[] =>
  reconciler === undefined
    ? []
    : [
        functionGraph('Reconciler: function', reconciler.function),
        graph(
          "Reconciler: compared with Twilio's list",
          customMetrics(stage, 'reconciler', 'MissedWebhooks', 'BackfilledMessages', 'ConfigError'),
          [customMetric(stage, 'reconciler', 'ReconciliationLag', hour, Stats.MINIMUM)],
        ),
        graph(
          'Account: what became of accepted webhooks and backfills',
          customMetrics(stage, 'ingress', 'Accepted'),
          customMetrics(stage, 'consumer', 'RecordStored', 'Duplicate', 'Redelivered', 'BackfillReceived'),
        ),
      ];
