import { AlarmStatusWidget, type Alarm, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { AlarmSpec } from '../monitoring/alarm-spec';
import { customMetricAlarm } from '../monitoring/custom-metric';
import { customMetrics, functionGraph, graph } from '../monitoring/graphs';
import type { Stage } from '../stage/resolve-stage';

export const replyFunctionAlarms = (stage: Stage): AlarmSpec[] => [
  customMetricAlarm(stage, 'ingress', 'ReplyFallback', {
    runbookSection: 'reply-function-fails',
    description:
      'Ten or more messages in five minutes got the static reply or none, ' +
      'because the reply function was late, failed or returned something unusable. No message is lost.',
    // A cold start may be late now and then.
    threshold: 10,
  }),
];

export const replyFunctionWidgets = (stage: Stage, target: Function, alarms: readonly Alarm[]): IWidget[] => [
  new AlarmStatusWidget({ title: 'Reply function: alarms', alarms: [...alarms], width: 24, height: 3 }),
  functionGraph('Reply function: function', target),
  graph('Reply function: static replies instead', customMetrics(stage, 'ingress', 'ReplyFallback')),
];
