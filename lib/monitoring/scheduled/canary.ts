import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Stats, TreatMissingData, type GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmSpec } from '../alarm-spec';
import { customMetric } from '../custom-metric';
import { customMetrics, functionGraph, graph, period } from '../graphs';
import type { MonitoredResources } from '../monitored-resources';

export const canaryAlarms = ({ stage }: MonitoredResources): AlarmSpec[] =>
  stage.canary === undefined
    ? []
    : [
        {
          id: 'CanarySucceeded',
          runbookSection: 'canary-fails',
          description:
            'No canary came through two times in a row: a webhook from Twilio would not come through either. ' +
            "The canary's log names the step.",
          metric: customMetric(stage, 'canary', 'CanarySucceeded', Duration.minutes(stage.canary.everyMinutes)),
          threshold: 1,
          comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
          // A single one may fail while a deployment replaces functions.
          evaluationPeriods: 2,
          treatMissingData: TreatMissingData.BREACHING,
        },
      ];

export const canaryWidgets = ({ stage, canary }: MonitoredResources): GraphWidget[] =>
  canary === undefined
    ? []
    : [
        functionGraph('Canary: function', canary.function),
        graph(
          'Canary: came through',
          customMetrics(stage, 'canary', 'CanarySucceeded', 'CanaryFailed', 'CanaryTokenUnknown'),
          [customMetric(stage, 'canary', 'CanaryLatency', period, Stats.MAXIMUM)],
        ),
      ];
