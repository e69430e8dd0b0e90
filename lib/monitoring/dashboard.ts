import { Duration } from 'aws-cdk-lib';
import { AlarmStatusWidget, Dashboard, type Alarm, type GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { breakerWidgets } from './breaker';
import { consumerWidgets } from './consumer';
import { ingressWidgets } from './ingress';
import { fallbackWidgets } from './lane/fallback';
import type { MonitoredResources } from './monitored-resources';
import { queueWidgets } from './queue';
import { canaryWidgets } from './scheduled/canary';
import { reconcilerWidgets } from './scheduled/reconciler';
import { tableWidgets } from './table';
import { webhookApiWidgets } from './webhook-api';

export interface GatewayDashboardProps {
  readonly resources: MonitoredResources;
  readonly alarms: readonly Alarm[];
}

/** In the order in which a webhook passes the resources. */
const graphs = (resources: MonitoredResources): GraphWidget[] => [
  ...webhookApiWidgets(resources),
  ...ingressWidgets(resources),
  ...queueWidgets(resources),
  ...consumerWidgets(resources),
  ...tableWidgets(resources),
  ...breakerWidgets(resources),
  ...reconcilerWidgets(resources),
  ...canaryWidgets(resources),
  ...fallbackWidgets(resources),
];

/** One page: the state of every alarm, then the graphs, two in a row. */
export class GatewayDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, { resources, alarms }: GatewayDashboardProps) {
    super(scope, id);
    this.dashboard = new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.hours(3),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 5 })],
        // A row that is full continues on the next one.
        graphs(resources),
      ],
    });
  }
}
