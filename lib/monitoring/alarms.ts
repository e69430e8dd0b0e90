import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AlarmSpec } from './alarm-spec';
import { breakerAlarms } from './breaker';
import { consumerAlarms } from './consumer';
import { ingressAlarms } from './ingress';
import type { MonitoredResources } from './monitored-resources';
import type { Stage } from '../stage/resolve-stage';
import { fallbackAlarms } from './lane/fallback';
import { queueAlarms } from './queue';
import { canaryAlarms } from './scheduled/canary';
import { reconcilerAlarms } from './scheduled/reconciler';
import { tableAlarms } from './table';
import { webhookApiAlarms } from './webhook-api';

export interface AlarmsProps {
  readonly stage: Stage;
  readonly specs: readonly AlarmSpec[];
  readonly topic: ITopic;
}

const runbook = 'docs/runbook.md';

/** The alarms of every stage's resources. */
export const resourceAlarms = (resources: MonitoredResources): AlarmSpec[] => [
  ...webhookApiAlarms(resources),
  ...ingressAlarms(resources),
  ...queueAlarms(resources),
  ...consumerAlarms(resources),
  ...tableAlarms(resources),
  ...breakerAlarms(resources),
  ...reconcilerAlarms(resources),
  ...canaryAlarms(resources),
  ...fallbackAlarms(resources),
];

/** Alarms of a stage. The topic is notified when an alarm goes off and when it is over. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, { stage, specs, topic }: AlarmsProps) {
    super(scope, id);
    const action = new SnsAction(topic);
    this.alarms = specs.map((spec) => {
      const evaluationPeriods = spec.evaluationPeriods ?? 1;
      const alarm = new Alarm(this, spec.id, {
        alarmDescription: `[${stage.name}] ${spec.description} ${runbook}#${spec.runbookSection}`,
        metric: spec.metric,
        threshold: spec.threshold,
        comparisonOperator: spec.comparisonOperator ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods,
        datapointsToAlarm: spec.datapointsToAlarm ?? evaluationPeriods,
        treatMissingData: spec.treatMissingData ?? TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }
}
