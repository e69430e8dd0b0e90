import { Alarm, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { breakerAlarms } from './breaker';
import { countedAlarms, silenceAlarm } from './ingress';
import type { MonitoredResources } from './monitored-resources';
import { requestAlarms, storageAlarms } from './webhook-api';

export interface AlarmsProps {
  readonly watched: MonitoredResources;
  readonly topic: Topic;
}

const runbook = 'docs/runbook.md';

const alarmList = (watched: MonitoredResources) => [
  ...storageAlarms(watched),
  ...requestAlarms(watched),
  ...countedAlarms(watched),
  ...silenceAlarm(watched),
  ...breakerAlarms(watched),
];

/** Every alarm of a stage. Each tells the topic when it rings and when it is over. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, { watched, topic }: AlarmsProps) {
    super(scope, id);
    const action = new SnsAction(topic);
    this.alarms = alarmList(watched).map((entry) => {
      const periods = entry.evaluationPeriods ?? 1;
      const alarm = new Alarm(this, entry.id, {
        alarmDescription: `[${watched.stage.name}] ${entry.description} ${runbook}#${entry.runbookSection}`,
        metric: entry.metric,
        threshold: entry.threshold,
        comparisonOperator:
          entry.ringsBelow === true
            ? ComparisonOperator.LESS_THAN_THRESHOLD
            : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: periods,
        datapointsToAlarm: entry.datapointsToAlarm ?? periods,
        treatMissingData: entry.treatMissingData,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }
}
